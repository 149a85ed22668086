import { Worker } from 'node:worker_threads';
import { answerRequests, type AskedFolder, type FactsReply, type FactsRequest } from './answer-requests';
import { digestOfFacts, FACTS } from './run-digest';

/** Threads of one reader: so many requests are under way on a share whose answers take long. */
const MAX_THREADS = 4;

/** A thread holds nothing but one question and its answer; without bounds it would let a lot of garbage gather. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

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

  /** Names byte by byte (latin1). Links are not followed. Answers may come in any order. */
  read(folder: AskedFolder, names: readonly string[]): Promise<FactsReply> {
    const thread = this.leastBusy();
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      const request: FactsRequest = { folder, names: names.join('/') };
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

/** Its source goes along: how compiled files are named and loaded is none of its business. */
const THREAD_SOURCE = `(${answerRequests.toString()})({
  fs: require('node:fs'),
  createHash: require('node:crypto').createHash,
  digestOfFacts: ${digestOfFacts.toString()},
  port: require('node:worker_threads').parentPort,
  width: ${FACTS},
})`;
