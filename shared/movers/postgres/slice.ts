import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresLimits } from '../../contracts/postgres';
import { TokenBucket } from '../../domain/token-bucket';
import type { PostgresContext } from './postgres-context';

const CHECKPOINT_EVERY_MS = 500;
/** A new rate takes hold after this at the latest. */
const LONGEST_NAP_MS = 200;

/** What is under way must end at once: the claim is lost, a command waits, or a checkpoint failed. */
export class SliceStopped extends Error {
  override readonly name = 'SliceStopped';
}

/** Why a call came back: all is done, ask again, or stop. */
export type SliceEnd = 'done' | 'budget' | 'interrupted';

export interface SliceWork {
  /** False where the slice was over before all was done. */
  readonly work: (slice: Slice) => Promise<boolean>;
  /** Bytes a second that this call may move, of the limits of the moment; null: as many as it can. */
  readonly rateOf: (limits: PostgresLimits) => number | null;
  /** At every checkpoint. */
  readonly tell?: () => void;
  /** Cuts off what is under way, once it has to end. */
  readonly cut?: () => Promise<void>;
}

/**
 * The heartbeat of one call. Every half second it checks the claim and commands and rereads the limits; between, it paces what is
 * moved. Time here is the machine's monotonic clock: budgets and rates are about real time.
 */
export class Slice {
  private readonly bytes: TokenBucket;
  private readonly deadline: number;
  private readonly ended = new AbortController();
  private readonly stopping = new AbortController();
  private failure: { readonly error: unknown } | null = null;

  private constructor(
    private readonly context: Pick<PostgresContext, 'claim' | 'limits'>,
    public limits: PostgresLimits,
    budgetMs: number,
    private readonly how: SliceWork,
  ) {
    const now = performance.now();
    this.deadline = now + budgetMs;
    this.bytes = new TokenBucket(how.rateOf(limits), now);
  }

  /** Runs work as a slice and tells how it ended. */
  static async run(
    context: Pick<PostgresContext, 'claim' | 'limits'>,
    budgetMs: number,
    how: SliceWork,
  ): Promise<SliceEnd> {
    const slice = new Slice(context, await context.limits(), budgetMs, how);
    await slice.checkpoint();
    slice.stopped.addEventListener('abort', () => void how.cut?.(), { once: true });
    const beating = slice.beat();
    let done = false;
    try {
      done = !slice.stopped.aborted && (await how.work(slice));
    } catch (error) {
      // Once it was told to stop, whatever was under way was cut off.
      if (!slice.stopped.aborted) throw error;
    } finally {
      slice.ended.abort();
      await beating;
    }
    if (slice.failure !== null) throw slice.failure.error;
    if (done) return 'done';
    return slice.stopped.aborted ? 'interrupted' : 'budget';
  }

  /** Nothing new should be begun. */
  get over(): boolean {
    return this.stopped.aborted || performance.now() >= this.deadline;
  }

  /** Aborted when what is under way has to end. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Waits until the limits allow these bytes to be sent; null where they may go at once. Throws `SliceStopped` when it has to stop. */
  allow(bytes: number): Promise<void> | null {
    if (this.stopped.aborted) throw new SliceStopped();
    if (this.bytes.waitMs(performance.now()) > 0) return this.rest(bytes);
    this.bytes.pay(bytes);
    return null;
  }

  /** Pays for what was read already: waits until the limits are kept again (R131), or the slice is over. */
  async paid(bytes: number): Promise<void> {
    this.bytes.pay(bytes);
    while (!this.over) {
      const waitMs = this.bytes.waitMs(performance.now());
      if (waitMs <= 0) return;
      await this.nap(waitMs);
    }
  }

  private async rest(bytes: number): Promise<void> {
    for (let waitMs = 1; waitMs > 0; waitMs = this.bytes.waitMs(performance.now())) {
      await this.nap(waitMs);
      if (this.stopped.aborted) throw new SliceStopped();
    }
    this.bytes.pay(bytes);
  }

  private async nap(waitMs: number): Promise<void> {
    const napMs = Math.min(waitMs, LONGEST_NAP_MS);
    await sleep(napMs, undefined, { signal: this.stopped }).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await sleep(CHECKPOINT_EVERY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
      if (this.ended.signal.aborted || this.stopped.aborted) return;
      try {
        await this.checkpoint();
      } catch (error) {
        this.failure ??= { error };
        this.stopping.abort();
      }
    }
  }

  private async checkpoint(): Promise<void> {
    const { claim } = this.context;
    if (!(await claim.heartbeat()) || (await claim.interrupted())) {
      this.stopping.abort();
      return;
    }
    this.limits = await this.context.limits();
    this.bytes.setRate(this.how.rateOf(this.limits), performance.now());
    this.how.tell?.();
  }
}
