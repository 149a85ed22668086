import type { ListenerContext, LoadedFunction } from '../function-app';
import type { ChangeFeedLeases } from './change-feed-leases';
import { invokeWithRetry } from './retry-policy';

/** What the reader needs of a store; the promises are those of the port `Store`. */
export interface ChangeFeed {
  changes(
    type: string,
    after: string | null,
    limit: number,
  ): Promise<{ readonly changes: readonly { readonly body: unknown }[]; readonly next: string }>;
  /** Calls back after commits of this process; returns a function that ends it. */
  onCommit(listener: () => void): () => void;
  close(): void;
}

export interface ChangeFeedTrigger {
  readonly fn: LoadedFunction;
  /** The type of documents to hand out. */
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
    const { fn, container, startFromBeginning } = this.trigger;
    this.#position = this.leases.read(fn.name, container);
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
      const { changes, next } = await this.#page(this.#position);
      if (changes.length === 0) await this.#sleep();
      else if ((await this.#handOver(changes)) === 'stopped') return;
      else this.#moveTo(next);
    }
  }

  async #handOver(changes: readonly { readonly body: unknown }[]): Promise<'done' | 'stopped'> {
    const { fn, container } = this.trigger;
    const invocation = () => ({ triggerData: changes.map(({ body }) => structuredClone(body)) });
    const outcome = await invokeWithRetry(fn, invocation, {
      clock: this.context.clock,
      log: this.context.log,
      stopping: this.#stopping.signal,
    });
    if (outcome === 'exhausted') {
      this.context.log(
        'error',
        `Function "${fn.name}" will not see ${changes.length} changes of ${container} again`,
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
      const { changes, next } = await this.#page(position);
      if (changes.length === 0) return next;
      position = next;
    }
  }

  #page(after: string | null): ReturnType<ChangeFeed['changes']> {
    return this.feed.changes(this.trigger.container, after, this.trigger.maxItems);
  }

  #moveTo(position: string): void {
    this.#position = position;
    this.leases.write(this.trigger.fn.name, this.trigger.container, position);
  }
}
