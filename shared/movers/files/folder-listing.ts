import { lstat, readdir, type FileHandle } from 'node:fs/promises';
import { FACTS, type FactsReply, type FactThreads } from './fact-threads';
import { encodeRaw, rawOf } from './item-path';
import {
  factsOf,
  fromSource,
  SourceProblem,
  sourceProblemOf,
  type FileStat,
  type SourceRoot,
} from './source-root';

/** Names asked for at a time, and requests under way ahead of whoever reads. */
const CHUNK_NAMES = 250;
const CHUNKS_AHEAD = 4;

/** What a name in a folder is, or why that can't be told. */
export type Found =
  | { readonly name: string; readonly stat: FileStat; readonly blocks: number; readonly problem: null }
  | { readonly name: string; readonly problem: SourceProblem };

/** One open folder: its names, encoded and in order, and what they are. Whatever its path leads to by now, it stays that folder. */
export class FolderListing {
  private readonly ahead: { from: number; reply: Promise<FactsReply> }[] = [];
  private current: Found[] = [];
  private at = 0;
  private asked = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly folder: string,
    private names: readonly string[],
  ) {}

  /** Throws `SourceProblem`. */
  static async open(root: SourceRoot, path: string): Promise<FolderListing> {
    const handle = await root.openFolder(path);
    try {
      const isLinux = process.platform === 'linux';
      const folder = isLinux ? `/proc/self/fd/${handle.fd}` : root.absolutePath(path).toString('latin1');
      const names = await fromSource(() => readdir(Buffer.from(folder, 'latin1'), 'latin1'));
      return new FolderListing(path, handle, folder, names.map(encodeRaw).sort());
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get length(): number {
    return this.names.length;
  }

  keep(wanted: (name: string) => boolean): void {
    this.names = this.names.filter(wanted);
  }

  /** The next name, null after the last. With threads many are asked for at once, so what it says may be a little older. */
  async next(threads: FactThreads | null): Promise<Found | null> {
    if (this.at === this.current.length) await this.refill(threads);
    const found = this.current[this.at];
    this.at += 1;
    return found ?? null;
  }

  /** What `next` can give without asking anybody; null where it would have to. */
  nextKnown(): Found | null {
    const found = this.current[this.at];
    if (found === undefined) return null;
    this.at += 1;
    return found;
  }

  /** What comes after that, where it is known already. */
  get upcoming(): Found | null {
    return this.current[this.at] ?? null;
  }

  /** Begins to ask, so that the first answers are there when they are wanted. */
  prepare(threads: FactThreads): void {
    while (this.ahead.length < CHUNKS_AHEAD && this.asked < this.names.length) {
      const names = this.names.slice(this.asked, this.asked + CHUNK_NAMES).map(rawOf);
      this.ahead.push({ from: this.asked, reply: threads.read(this.folder, names) });
      this.asked += names.length;
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.ahead.map(({ reply }) => reply));
    await this.handle.close();
  }

  private async refill(threads: FactThreads | null): Promise<void> {
    this.at = 0;
    if (threads === null) {
      const name = this.names[this.asked];
      this.current = name === undefined ? [] : [await this.look(name)];
      this.asked += 1;
      return;
    }
    this.prepare(threads);
    const chunk = this.ahead.shift();
    this.current = chunk === undefined ? [] : this.foundIn(chunk.from, await chunk.reply);
  }

  private foundIn(from: number, { facts, errors }: FactsReply): Found[] {
    return Array.from({ length: facts.length / FACTS }, (_, index) => {
      const name = this.names[from + index] ?? '';
      const code = errors.get(index);
      if (code !== undefined) return { name, problem: sourceProblemOf(code) };
      return { name, ...factsAt(facts, index * FACTS), problem: null };
    });
  }

  private async look(name: string): Promise<Found> {
    const path = Buffer.from(`${this.folder}/${rawOf(name)}`, 'latin1');
    try {
      const stats = await fromSource(() => lstat(path, { bigint: true }));
      return { name, stat: factsOf(stats), blocks: Number(stats.blocks), problem: null };
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error;
      return { name, problem: error };
    }
  }
}

function factsAt(facts: BigInt64Array, at: number): { stat: FileStat; blocks: number } {
  const [size = 0n, mtimeNs = 0n, ctimeNs = 0n, ino = 0n, mode = 0n, uid = 0n, gid = 0n, blocks = 0n] =
    facts.subarray(at, at + FACTS);
  const inode = BigInt.asUintN(64, ino);
  return { stat: factsOf({ size, mtimeNs, ctimeNs, ino: inode, mode, uid, gid }), blocks: Number(blocks) };
}
