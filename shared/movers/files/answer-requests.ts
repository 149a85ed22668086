import type { createHash } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { digestOfFacts } from './run-digest';

/** Regular files with nothing else between them. */
export interface RunFacts {
  /** Numbers of the first and of the one after the last, among the names asked for. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** Of their names and facts (`digestOfFacts`). */
  readonly digest: string;
}

export interface FactsReply {
  /** `FACTS` numbers a name. */
  readonly facts: BigInt64Array;
  /** Of 512 bytes, one number a name. */
  readonly blocks: Float64Array;
  /** Code of the system error by number of the name, where it could not be asked. */
  readonly errors: ReadonlyMap<number, string>;
  readonly runs: readonly RunFacts[];
}

/** A folder whose names are asked for, byte by byte (latin1). */
export interface AskedFolder {
  /** Leads to it whatever happens. */
  readonly path: string;
  /** A path that leads to it for now and is quicker to follow, and which folder that is. */
  readonly direct: { readonly path: string; readonly device: bigint; readonly inode: bigint } | null;
}

export interface FactsRequest {
  readonly folder: AskedFolder;
  /** With slashes between them: one text is handed over much quicker than many. */
  readonly names: string;
}

interface ThreadTools {
  readonly fs: typeof FileSystem;
  readonly createHash: typeof createHash;
  readonly digestOfFacts: typeof digestOfFacts;
  readonly port: MessagePort;
  /** `FACTS` */
  readonly width: number;
}

/** Runs in the thread, where it finds nothing but its arguments. */
export function answerRequests({ fs, createHash, digestOfFacts, port, width }: ThreadTools): void {
  const TYPE_BITS = fs.constants.S_IFMT;
  const MODE = 4;

  /** Text is quicker, where the bytes are the same. */
  const exact = (path: string): string | Buffer =>
    /[^\x00-\x7f]/.test(path) ? Buffer.from(path, 'latin1') : path;

  const look = (folder: string, each: readonly string[]) => {
    const facts = new BigInt64Array(each.length * width);
    const blocks = new Float64Array(each.length);
    const errors = new Map<number, string>();
    for (const [number, name] of each.entries()) {
      try {
        const stats = fs.lstatSync(exact(`${folder}/${name}`), { bigint: true });
        const at = number * width;
        facts[at] = stats.size;
        facts[at + 1] = stats.mtimeNs;
        facts[at + 2] = stats.ctimeNs;
        facts[at + 3] = stats.ino;
        facts[at + MODE] = stats.mode;
        facts[at + 5] = stats.uid;
        facts[at + 6] = stats.gid;
        blocks[number] = Number(stats.blocks);
      } catch (error) {
        errors.set(number, (error as NodeJS.ErrnoException).code ?? 'EIO');
      }
    }
    return { facts, blocks, errors };
  };

  const leadsThere = ({ path, device, inode }: NonNullable<AskedFolder['direct']>): boolean => {
    const found = fs.lstatSync(exact(path), { bigint: true, throwIfNoEntry: false });
    return found?.dev === device && found.ino === inode;
  };

  // A path below /proc/self/fd costs twice the time in the kernel (measured: 5.3 and 2.5 µs), which is most of a walk. So the other
  // one is taken where it leads to that very folder before and after. Whatever went wrong is looked at again the sure way.
  const lookQuickly = (direct: AskedFolder['direct'], each: readonly string[]) => {
    try {
      if (direct === null || !leadsThere(direct)) return null;
      const looked = look(direct.path, each);
      return looked.errors.size === 0 && leadsThere(direct) ? looked : null;
    } catch {
      return null;
    }
  };

  const runsIn = (each: readonly string[], { facts, errors }: ReturnType<typeof look>): RunFacts[] => {
    const isFile = (number: number): boolean =>
      number < each.length &&
      !errors.has(number) &&
      (Number(facts[number * width + MODE]) & TYPE_BITS) === fs.constants.S_IFREG;
    const runs: RunFacts[] = [];
    for (let from = 0; from < each.length; from += 1) {
      let to = from;
      let bytes = 0;
      for (; isFile(to); to += 1) bytes += Number(facts[to * width]);
      if (to === from) continue;
      const some = facts.subarray(from * width, to * width);
      runs.push({ from, to, bytes, digest: digestOfFacts(createHash, each.slice(from, to), some) });
      from = to;
    }
    return runs;
  };

  port.on('message', ({ folder, names }: FactsRequest) => {
    const each = names.split('/');
    const looked = lookQuickly(folder.direct, each) ?? look(folder.path, each);
    const reply: FactsReply = { ...looked, runs: runsIn(each, looked) };
    port.postMessage(reply, [looked.facts.buffer, looked.blocks.buffer]);
  });
}
