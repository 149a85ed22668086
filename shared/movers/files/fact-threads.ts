import type { createHash } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import { Worker, type MessagePort } from 'node:worker_threads';
import { digestOfFacts, FACTS } from './run-digest';

/** Threads of one reader: so many requests are under way on a share whose answers take long. */
const MAX_THREADS = 4;

/** A thread holds nothing but one question and its answer; without bounds it would let a lot of garbage gather. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

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

interface Request {
  readonly folder: string;
  /** With slashes between them: one text is handed over much quicker than many. */
  readonly names: string;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: {
    readonly resolve: (reply: FactsReply) => void;
    readonly reject: (error: Error) => void;
  }[];
}

/**
 * Asks for the facts of many names in threads of their own. A call of `lstat` there costs a third of what it costs through
 * promises, and a share that hangs holds up neither this process nor the four threads that all its files share.
 */
export class FactThreads {
  private readonly threads: Thread[] = [];

  /** Names and folder byte by byte (latin1). Links are not followed. Answers may come in any order. */
  read(folder: string, names: readonly string[]): Promise<FactsReply> {
    const thread = this.leastBusy();
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      const request: Request = { folder, names: names.join('/') };
      thread.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  private leastBusy(): Thread {
    const [first] = this.threads.toSorted((a, b) => a.waiting.length - b.waiting.length);
    const isFree = first?.waiting.length === 0;
    return first && (isFree || this.threads.length === MAX_THREADS) ? first : this.start();
  }

  private start(): Thread {
    const thread: Thread = {
      worker: new Worker(THREAD_SOURCE, { eval: true, resourceLimits: THREAD_MEMORY }),
      waiting: [],
    };
    thread.worker.on('message', (reply: FactsReply) => thread.waiting.shift()?.resolve(reply));
    thread.worker.on('error', (error: Error) =>
      thread.waiting.splice(0).forEach(({ reject }) => reject(error)),
    );
    this.threads.push(thread);
    return thread;
  }
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
function answerRequests({ fs, createHash, digestOfFacts, port, width }: ThreadTools): void {
  const TYPE_BITS = fs.constants.S_IFMT;
  const MODE = 4;

  const look = ({ folder, names }: Request) => {
    const each = names.split('/');
    const facts = new BigInt64Array(each.length * width);
    const blocks = new Float64Array(each.length);
    const errors = new Map<number, string>();
    for (const [number, name] of each.entries()) {
      const path = `${folder}/${name}`;
      try {
        const exact = /[^\x00-\x7f]/.test(path) ? Buffer.from(path, 'latin1') : path;
        const stats = fs.lstatSync(exact, { bigint: true });
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
    return { each, facts, blocks, errors };
  };

  port.on('message', (request: Request) => {
    const { each, facts, blocks, errors } = look(request);
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
    port.postMessage({ facts, blocks, errors, runs }, [facts.buffer, blocks.buffer]);
  });
}

/** Its source goes along: how compiled files are named and loaded is none of its business. */
const THREAD_SOURCE = `(${answerRequests.toString()})({
  fs: require('node:fs'),
  createHash: require('node:crypto').createHash,
  digestOfFacts: ${digestOfFacts.toString()},
  port: require('node:worker_threads').parentPort,
  width: ${FACTS},
})`;
