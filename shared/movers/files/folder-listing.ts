import { lstat, readdir, type FileHandle } from 'node:fs/promises';
import type { AskedFolder, FactsReply, RunFacts } from './answer-requests';
import type { FactThreads } from './fact-threads';
import { encodeRaw, rawOf } from './item-path';
import { endsRun, FACTS } from './run-digest';
import {
  factsOf,
  fromSource,
  SourceProblem,
  sourceProblemOf,
  type FileStat,
  type SourceRoot,
} from './source-root';

/** Requests under way ahead of whoever reads. */
const CHUNKS_AHEAD = 4;
/** So many names pay for asking which folder theirs is. */
const NAMES_FOR_DIRECT_PATH = 64;

/** What a name in a folder is, or why that can't be told. */
export type Found =
  | { readonly name: string; readonly stat: FileStat; readonly blocks: number; readonly problem: null }
  | { readonly name: string; readonly problem: SourceProblem };

/** Regular files with nothing else between them; what each is, is made out only where somebody asks. */
export interface FoundRun extends Pick<RunFacts, 'bytes' | 'digest'> {
  readonly first: string;
  readonly last: string;
  readonly items: number;
  files(): Iterable<Found>;
}

/** What was told of names in a row. */
interface Chunk {
  readonly names: readonly string[];
  at(index: number): Found | null;
  /** The run that begins there. */
  runAt(index: number): RunFacts | null;
}

const NOTHING: Chunk = { names: [], at: () => null, runAt: () => null };

/** One open folder: its names, encoded and in order, and what they are. Whatever its path leads to by now, it stays that folder. */
export class FolderListing {
  private readonly ahead: { readonly names: readonly string[]; readonly reply: Promise<FactsReply> }[] = [];
  private current = NOTHING;
  private at = 0;
  private asked = 0;
  private hasRuns = true;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly folder: AskedFolder,
    private names: readonly string[],
  ) {}

  /** Throws `SourceProblem`. */
  static async open(root: SourceRoot, path: string): Promise<FolderListing> {
    const handle = await root.openFolder(path);
    try {
      const isLinux = process.platform === 'linux';
      const direct = root.absolutePath(path).toString('latin1');
      const exact = isLinux ? `/proc/self/fd/${handle.fd}` : direct;
      const names = await fromSource(() => readdir(Buffer.from(exact, 'latin1'), 'latin1'));
      const isWorthIt = isLinux && names.length >= NAMES_FOR_DIRECT_PATH;
      const identity = isWorthIt ? await fromSource(() => handle.stat({ bigint: true })) : null;
      const quick = identity && { path: direct, device: identity.dev, inode: identity.ino };
      return new FolderListing(path, handle, { path: exact, direct: quick }, names.map(encodeRaw).sort());
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

  /** Every name by itself: some of them mean something that their facts do not tell. */
  withoutRuns(): void {
    this.hasRuns = false;
  }

  /** Asks for what comes next; false after the last. With threads many are asked for at once, so what is said may be a little older. */
  async more(threads: FactThreads | null): Promise<boolean> {
    this.at = 0;
    if (threads === null) {
      const name = this.names[this.asked];
      this.current = name === undefined ? NOTHING : chunkOf(await this.look(name));
      this.asked += 1;
    } else {
      this.prepare(threads);
      const chunk = this.ahead.shift();
      this.current = chunk === undefined ? NOTHING : chunkIn(chunk.names, await chunk.reply);
    }
    return this.current.names.length > 0;
  }

  /** What is known next; null where nobody was asked yet (`more`). */
  next(): Found | null {
    const found = this.upcoming;
    if (found !== null) this.at += 1;
    return found;
  }

  /** The same where a run of files comes next: all of it. */
  nextRun(): FoundRun | null {
    const { current, at: from } = this;
    const run = this.hasRuns ? current.runAt(from) : null;
    if (run === null) return null;
    this.at = run.to;
    const { bytes, digest, to } = run;
    const files = function* () {
      for (let index = from; index < to; index += 1) {
        const found = current.at(index);
        if (found !== null) yield found;
      }
    };
    const [first = '', last = ''] = [current.names[from], current.names[to - 1]];
    return { first, last, items: to - from, bytes, digest, files };
  }

  /** What comes after that, where it is known already. */
  get upcoming(): Found | null {
    return this.current.at(this.at);
  }

  /** Begins to ask, so that the first answers are there when they are wanted. */
  prepare(threads: FactThreads): void {
    while (this.ahead.length < CHUNKS_AHEAD && this.asked < this.names.length) {
      const from = this.asked;
      do this.asked += 1;
      while (this.asked < this.names.length && !endsRun(this.names[this.asked - 1] ?? '', this.asked - from));
      const names = this.names.slice(from, this.asked);
      this.ahead.push({ names, reply: threads.read(this.folder, names.map(rawOf)) });
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.ahead.map(({ reply }) => reply));
    await this.handle.close();
  }

  private async look(name: string): Promise<Found> {
    const path = Buffer.from(`${this.folder.path}/${rawOf(name)}`, 'latin1');
    try {
      const stats = await fromSource(() => lstat(path, { bigint: true }));
      return { name, stat: factsOf(stats), blocks: Number(stats.blocks), problem: null };
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error;
      return { name, problem: error };
    }
  }
}

const chunkOf = (found: Found): Chunk => ({
  names: [found.name],
  at: (index) => (index === 0 ? found : null),
  runAt: () => null,
});

function chunkIn(names: readonly string[], { facts, blocks, errors, runs }: FactsReply): Chunk {
  const at = (index: number): Found | null => {
    const name = names[index];
    if (name === undefined) return null;
    const code = errors.get(index);
    if (code !== undefined) return { name, problem: sourceProblemOf(code) };
    return { name, stat: statAt(facts, index * FACTS), blocks: blocks[index] ?? 0, problem: null };
  };
  const runAt = new Map(runs.map((run) => [run.from, run]));
  return { names, at, runAt: (index) => runAt.get(index) ?? null };
}

function statAt(facts: BigInt64Array, at: number): FileStat {
  const [size = 0n, mtimeNs = 0n, ctimeNs = 0n, ino = 0n, mode = 0n, uid = 0n, gid = 0n] = facts.subarray(
    at,
    at + FACTS,
  );
  return factsOf({ size, mtimeNs, ctimeNs, ino: BigInt.asUintN(64, ino), mode, uid, gid });
}
