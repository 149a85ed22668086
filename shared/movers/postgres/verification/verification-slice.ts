import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresLimits } from '../../../contracts/postgres';
import { TokenBucket } from '../../../domain/token-bucket';
import type { PostgresContext } from '../postgres-context';

const CHECKPOINT_EVERY_MS = 500;
const LONGEST_NAP_MS = 200;

/**
 * The heartbeat of one call. Every half second it checks the claim and commands and rereads the limits. Time here is the machine's
 * monotonic clock: budgets and rates are about real time.
 */
export class VerificationSlice {
  private readonly deadline: number;
  private readonly bytes: TokenBucket;
  private readonly ended = new AbortController();
  private readonly stopping = new AbortController();
  private failure: { readonly error: unknown } | null = null;

  private constructor(
    private readonly context: PostgresContext,
    public limits: PostgresLimits,
    budgetMs: number,
  ) {
    const now = performance.now();
    this.deadline = now + budgetMs;
    this.bytes = new TokenBucket(limits.verifyBytesPerSecond, now);
  }

  /** Runs work; `cut` ends at once what is under way where the claim is lost or a command waits. Null: it was stopped. */
  static async run<T>(
    context: PostgresContext,
    budgetMs: number,
    { work, cut }: { work: (slice: VerificationSlice) => Promise<T>; cut: () => Promise<void> },
  ): Promise<T | null> {
    const slice = new VerificationSlice(context, await context.limits(), budgetMs);
    await slice.checkpoint();
    slice.stopped.addEventListener('abort', () => void cut(), { once: true });
    const beating = slice.beat();
    try {
      if (slice.stopped.aborted) return null;
      const result = await work(slice);
      return slice.stopped.aborted ? null : result;
    } catch (error) {
      if (slice.failure !== null) throw slice.failure.error;
      // Once it was told to stop, whatever was under way was cut off.
      if (!slice.stopped.aborted) throw error;
      return null;
    } finally {
      slice.ended.abort();
      await beating;
    }
  }

  /** Nothing new should be begun. */
  get over(): boolean {
    return this.stopped.aborted || performance.now() >= this.deadline;
  }

  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** Waits until what was read before is paid for at the rate allowed (R131), or the slice is over. */
  async paced(bytes: number): Promise<void> {
    this.bytes.setRate(this.limits.verifyBytesPerSecond, performance.now());
    this.bytes.pay(bytes);
    while (!this.over) {
      const waitMs = this.bytes.waitMs(performance.now());
      if (waitMs <= 0) return;
      await sleep(Math.min(waitMs, LONGEST_NAP_MS));
      this.bytes.setRate(this.limits.verifyBytesPerSecond, performance.now());
    }
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
  }
}
