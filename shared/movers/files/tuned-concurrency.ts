import type { TransferLimits } from '../../contracts/transfer';
import { startTuning, tune } from '../../domain/concurrency-tuner';

/** The most that the limits could name themselves. */
const MOST = 256;
/** Shorter, and one slow answer would decide. */
const OBSERVE_MS = 2_000;
/** What an item costs besides its bytes, in bytes that would take as long. */
const ITEM_BYTES = 64 * 1_024;

/**
 * Requests in flight that one slice may have. Slices of one transfer in this process learn together: each has what is best when
 * all have it. Time is what it is told, in milliseconds that never go back.
 */
export class TunedConcurrency {
  private tuning = startTuning();
  private moved = 0;
  private since: number | null = null;
  private throttledBefore = 0;

  /** Something arrived at the target. */
  count(bytes: number): void {
    this.moved += ITEM_BYTES + bytes;
  }

  /** Called at checkpoints; `throttled` answers came from the service in all. */
  observe(now: number, throttled: number): void {
    if (this.since !== null && now - this.since < OBSERVE_MS) return;
    // The first time, and after a pause, there is nothing to compare with.
    if (this.since !== null && now - this.since < 3 * OBSERVE_MS) {
      const rate = this.moved / ((now - this.since) / 1_000);
      const observation = { rate, throttled: throttled - this.throttledBefore };
      this.tuning = tune(this.tuning, observation, MOST);
    }
    this.since = now;
    this.moved = 0;
    this.throttledBefore = throttled;
  }

  under({ concurrencyPerSlice }: TransferLimits): number {
    return concurrencyPerSlice === 'auto' ? this.tuning.concurrency : concurrencyPerSlice;
  }
}

const transfers = new Map<string, TunedConcurrency>();
const MAX_TRANSFERS = 100;

/** What the slices of a transfer have learnt in this process; begun anew after a restart. */
export function tunedConcurrency(transferId: string): TunedConcurrency {
  const known = transfers.get(transferId) ?? new TunedConcurrency();
  transfers.set(transferId, known);
  for (const oldest of transfers.keys()) {
    if (transfers.size <= MAX_TRANSFERS) break;
    transfers.delete(oldest);
  }
  return known;
}
