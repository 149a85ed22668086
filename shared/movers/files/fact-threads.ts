import type * as FileSystem from 'node:fs';
import { Worker, type MessagePort } from 'node:worker_threads';

/** Threads of one reader: so many requests are under way on a share whose answers take long. */
const MAX_THREADS = 4;

/** A thread holds nothing but one question and its answer; without bounds it would let a lot of garbage gather. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/** `size`, `mtime`, `ctime`, inode, mode, owner, group and blocks of one name, in this order. */
export const FACTS = 8;

export interface FactsReply {
  /** `FACTS` numbers a name. */
  readonly facts: BigInt64Array;
  /** Code of the system error by number of the name, where it could not be asked. */
  readonly errors: ReadonlyMap<number, string>;
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
    // Its source goes along: how compiled files are named and loaded is none of its business.
    const source = `(${answerRequests.toString()})(require('node:fs'), require('node:worker_threads').parentPort, ${FACTS})`;
    const thread: Thread = {
      worker: new Worker(source, { eval: true, resourceLimits: THREAD_MEMORY }),
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

/** Runs in the thread, where it finds nothing but its arguments. */
function answerRequests(fs: typeof FileSystem, port: MessagePort, width: number): void {
  port.on('message', ({ folder, names }: Request) => {
    const each = names.split('/');
    const facts = new BigInt64Array(each.length * width);
    const errors = new Map<number, string>();
    let at = 0;
    for (const name of each) {
      const path = `${folder}/${name}`;
      try {
        const exact = /[^\x00-\x7f]/.test(path) ? Buffer.from(path, 'latin1') : path;
        const stats = fs.lstatSync(exact, { bigint: true });
        facts[at] = stats.size;
        facts[at + 1] = stats.mtimeNs;
        facts[at + 2] = stats.ctimeNs;
        facts[at + 3] = stats.ino;
        facts[at + 4] = stats.mode;
        facts[at + 5] = stats.uid;
        facts[at + 6] = stats.gid;
        facts[at + 7] = stats.blocks;
      } catch (error) {
        errors.set(at / width, (error as NodeJS.ErrnoException).code ?? 'EIO');
      }
      at += width;
    }
    port.postMessage({ facts, errors }, [facts.buffer]);
  });
}
