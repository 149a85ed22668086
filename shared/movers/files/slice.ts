import { setTimeout as sleep } from 'node:timers/promises';
import type { TransferLimits } from '../../contracts/transfer';
import type { FilesContext, SliceEnd } from './files-context';
import { TokenBucket } from '../../domain/token-bucket';
import { TunedConcurrency } from './tuned-concurrency';

const CHECKPOINT_EVERY_MS = 500;
const LONGEST_NAP_MS = 100;

/** Stops a slice at once, at the next request: the claim is lost, a command waits, or a checkpoint failed. */
export class SliceStopped extends Error {
  override readonly name = 'SliceStopped';
}

export interface SliceWork {
  /** What the slices of one transfer learn about concurrency; absent: this one alone. */
  readonly tuned?: TunedConcurrency;
  /** True when nothing is left to do; false when the slice was over first. */
  readonly work: (slice: Slice) => Promise<boolean>;
  /** Makes durable what was done so far. */
  readonly record: () => Promise<void>;
}

/** What work on one item asks of its slice. */
export type Pace = Pick<Slice, 'pace' | 'over' | 'concurrency' | 'arrived'>;

/**
 * The heartbeat of one slice. Every half second it checks the claim and commands, rereads the limits and lets the work record
 * what it did; between, it paces requests. Time here is the machine's monotonic clock: budgets and rates are about real time.
 */
export class Slice {
  private readonly bytes: TokenBucket;
  private readonly requests: TokenBucket;
  private readonly deadline: number;
  private readonly tuned: TunedConcurrency;
  private readonly ended = new AbortController();
  private beating: Promise<void> = Promise.resolve();
  private stopReason: 'claim-lost' | 'interrupted' | 'failed' | null = null;
  private failure: { readonly error: unknown } | null = null;

  private constructor(
    private readonly context: FilesContext,
    private limits: TransferLimits,
    budgetMs: number,
    private readonly work: SliceWork,
  ) {
    this.tuned = work.tuned ?? new TunedConcurrency();
    const now = performance.now();
    this.deadline = now + budgetMs;
    this.bytes = new TokenBucket(limits.bytesPerSecond, now);
    this.requests = new TokenBucket(limits.requestsPerSecond, now);
  }

  /**
   * Runs work as a slice and tells how it ended. `record` is called at each checkpoint and once more at the end, never twice at a
   * time, and not after the claim was lost.
   */
  static async run(context: FilesContext, budgetMs: number, work: SliceWork): Promise<SliceEnd> {
    const slice = new Slice(context, await context.limits(), budgetMs, work);
    await slice.checkpoint();
    slice.beating = slice.beat();
    let done = false;
    try {
      done = !slice.stopped && (await work.work(slice));
    } catch (error) {
      if (!(error instanceof SliceStopped)) slice.fail(error);
    } finally {
      slice.ended.abort();
      await slice.beating;
    }
    return slice.finish(done);
  }

  /** No new item should be begun. */
  get over(): boolean {
    return this.stopped || performance.now() >= this.deadline;
  }

  /** Requests that may be in flight now. */
  get concurrency(): number {
    return this.tuned.under(this.limits);
  }

  /** Tells what reached the target. */
  arrived(bytes: number): void {
    this.tuned.count(bytes);
  }

  /** Waits until the limits allow it; throws `SliceStopped` when the slice has to stop. */
  async pace(requests: number, bytes: number): Promise<void> {
    for (;;) {
      if (this.stopped) throw new SliceStopped();
      const now = performance.now();
      const waitMs = Math.max(this.bytes.waitMs(now), this.requests.waitMs(now));
      if (waitMs === 0) break;
      await sleep(Math.min(waitMs, LONGEST_NAP_MS));
    }
    this.bytes.pay(bytes);
    this.requests.pay(requests);
  }

  private get stopped(): boolean {
    return this.stopReason !== null;
  }

  private async beat(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await sleep(CHECKPOINT_EVERY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
      if (this.ended.signal.aborted || this.stopped) return;
      try {
        await this.checkpoint();
      } catch (error) {
        this.fail(error);
      }
    }
  }

  private async checkpoint(): Promise<void> {
    if (!(await this.context.claim.heartbeat())) {
      this.stopReason ??= 'claim-lost';
      return;
    }
    await this.work.record();
    if (await this.context.claim.interrupted()) this.stopReason ??= 'interrupted';
    this.limits = await this.context.limits();
    const now = performance.now();
    this.bytes.setRate(this.limits.bytesPerSecond, now);
    this.requests.setRate(this.limits.requestsPerSecond, now);
    this.tuned.observe(now, this.context.blobs.throttledAnswers?.() ?? 0);
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.stopReason = 'failed';
  }

  private async finish(done: boolean): Promise<SliceEnd> {
    if (this.stopReason !== 'claim-lost') {
      // What was done before a failure is true all the same; recording it saves doing it again.
      await this.work.record().catch((error: unknown) => this.fail(error));
    }
    if (this.failure !== null) throw this.failure.error;
    if (this.stopped) return 'interrupted';
    return done ? 'done' : 'budget';
  }
}
