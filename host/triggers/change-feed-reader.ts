import type { ListenerContext, LoadedFunction } from '../function-app';
import type { ChangeFeedLeases } from './change-feed-leases';
import { invokeWithRetry } from './retry-policy';

/** The documents of a container as they change, in the shape that Cosmos DB's change feed hands to a function. */
export interface ChangeFeed {
  /** A place in this feed means nothing in another: leases are kept apart by it. */
  readonly source: string;
  /**
   * Documents inserted or replaced after a place, oldest first within a partition, at most the limit and the rest of a transaction.
   * `next` is where to go on, also when nothing came. Trouble that may pass is waited out; none come once the signal is aborted.
   */
  changes(
    after: string | null,
    limit: number,
    stopping: AbortSignal,
  ): Promise<{ readonly documents: readonly unknown[]; readonly next: string }>;
  /** Calls back after commits of this process, where it knows of them; returns a function that ends it. */
  onCommit(listener: () => void): () => void;
  close(): void;
}

export interface ChangeFeedTrigger {
  readonly fn: LoadedFunction;
  /** Name of the app setting or settings that say where the container is. */
  readonly connection: string;
  readonly database: string;
  readonly container: string;
  readonly maxItems: number;
  readonly startFromBeginning: boolean;
  /** How late a commit of another process may be noticed. */
  readonly pollMs: number;
}

/**
 * Feeds one function with changed documents, in order and one batch at a time. The position moves on when the function has
 * succeeded, or has failed as often as its retry policy allows: what it saw may come again, never what it skipped.
 */
export class ChangeFeedReader {
  readonly #stopping = new AbortController();
  #position: string | null = null;
  #reading: Promise<void> = Promise.resolve();
  #hasNews = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly trigger: ChangeFeedTrigger,
    private readonly feed: ChangeFeed,
    private readonly leases: ChangeFeedLeases,
    private readonly context: ListenerContext,
  ) {}

  /** Takes up the stored position, or settles where to begin. */
  async open(): Promise<void> {
    const { fn, startFromBeginning } = this.trigger;
    this.#position = this.leases.read(fn.name, this.feed.source);
    if (this.#position !== null || startFromBeginning) return;
    this.#moveTo(await this.#end());
  }

  start(): void {
    const stopListening = this.feed.onCommit(() => this.#news());
    const poll = setInterval(() => this.#news(), this.trigger.pollMs);
    this.#reading = this.#readUntilStopped()
      .catch((error: unknown) => this.context.fatal(error))
      .finally(() => {
        stopListening();
        clearInterval(poll);
      });
  }

  async drain(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#reading;
  }

  #news(): void {
    this.#hasNews = true;
    this.#wake();
  }

  async #readUntilStopped(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#hasNews = false;
      const { documents, next } = await this.#page(this.#position);
      if (documents.length === 0) await this.#sleep();
      else if ((await this.#handOver(documents)) === 'stopped') return;
      else this.#moveTo(next);
    }
  }

  async #handOver(documents: readonly unknown[]): Promise<'done' | 'stopped'> {
    const { fn, container } = this.trigger;
    const invocation = () => ({ triggerData: documents.map((document) => structuredClone(document)) });
    const outcome = await invokeWithRetry(fn, invocation, {
      clock: this.context.clock,
      log: this.context.log,
      stopping: this.#stopping.signal,
    });
    if (outcome === 'exhausted') {
      this.context.log(
        'error',
        `Function "${fn.name}" will not see ${documents.length} changes of ${container} again`,
      );
    }
    return outcome === 'stopped' ? 'stopped' : 'done';
  }

  async #sleep(): Promise<void> {
    if (this.#hasNews || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async #end(): Promise<string> {
    let position: string | null = null;
    for (;;) {
      const { documents, next } = await this.#page(position);
      if (documents.length === 0) return next;
      position = next;
    }
  }

  #page(after: string | null): ReturnType<ChangeFeed['changes']> {
    return this.feed.changes(after, this.trigger.maxItems, this.#stopping.signal);
  }

  #moveTo(position: string): void {
    this.#position = position;
    this.leases.write(this.trigger.fn.name, this.feed.source, position);
  }
}
