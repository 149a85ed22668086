import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresLimits } from '../../../contracts/postgres';
import { TokenBucket } from '../../../domain/token-bucket';
import type { CallEnd, OfflineContext, OfflineProgress } from './offline-context';

const CHECKPOINT_EVERY_MS = 500;
/** A new rate takes hold after this at the latest. */
const LONGEST_NAP_MS = 200;

/** What is under way must end at once and be rolled back: the claim is lost, a command waits, or a checkpoint failed. */
export class SliceStopped extends Error {
  override readonly name = 'SliceStopped';
}

/**
 * The heartbeat of one call. Every half second it checks the claim and commands, rereads the limits and tells the progress; between,
 * it paces what is sent. Time here is the machine's monotonic clock: budgets and rates are about real time.
 */
export class OfflineSlice {
  private readonly bytes: TokenBucket;
  private readonly deadline: number;
  private readonly ended = new AbortController();
  private readonly stopping = new AbortController();
  private failure: { readonly error: unknown } | null = null;

  private constructor(
    private readonly context: OfflineContext,
    public limits: PostgresLimits,
    budgetMs: number,
    private readonly progress: () => OfflineProgress,
  ) {
    const now = performance.now();
    this.deadline = now + budgetMs;
    this.bytes = new TokenBucket(shareOf(limits), now);
  }

  /** Runs work as a slice and tells how it ended; the work answers false where the slice was over before all was done. */
  static async run(
    context: OfflineContext,
    budgetMs: number,
    { work, progress }: { work: (slice: OfflineSlice) => Promise<boolean>; progress: () => OfflineProgress },
  ): Promise<CallEnd> {
    const slice = new OfflineSlice(context, await context.limits(), budgetMs, progress);
    await slice.checkpoint();
    const beating = slice.beat();
    let done = false;
    try {
      done = !slice.stopped.aborted && (await work(slice));
    } catch (error) {
      // Once it was told to stop, whatever was under way was cut off.
      if (!slice.stopped.aborted) throw error;
    } finally {
      slice.ended.abort();
      await beating;
    }
    if (slice.failure !== null) throw slice.failure.error;
    context.progress(progress());
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

  private async rest(bytes: number): Promise<void> {
    for (let waitMs = 1; waitMs > 0; waitMs = this.bytes.waitMs(performance.now())) {
      await sleep(Math.min(waitMs, LONGEST_NAP_MS), undefined, { signal: this.stopped }).catch(
        () => undefined,
      );
      if (this.stopped.aborted) throw new SliceStopped();
    }
    this.bytes.pay(bytes);
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
    this.bytes.setRate(shareOf(this.limits), performance.now());
    this.context.progress(this.progress());
  }
}

/** As many calls as there are streams run side by side: each has an equal share of what all may send together (R131). */
const shareOf = ({ bytesPerSecond, copyWorkers }: PostgresLimits): number | null =>
  bytesPerSecond === null ? null : bytesPerSecond / copyWorkers;
