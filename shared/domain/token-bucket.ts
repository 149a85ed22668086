/** Share of a second's tokens that may be spent at once after a rest. */
const BURST_SECONDS = 0.25;

/**
 * A token bucket that may go into debt: whoever comes while it isn't in debt passes at once and pays fully, the next ones wait
 * until that is paid. So over any time t no more than rate × t + burst + one payment passes, and one larger than the burst never
 * starves. Pure arithmetic over the times it is told (milliseconds, never going back).
 */
export class TokenBucket {
  private balance: number;

  /** Null: unlimited. */
  constructor(
    private ratePerSecond: number | null,
    private at: number,
  ) {
    this.balance = this.burst();
  }

  setRate(ratePerSecond: number | null, now: number): void {
    if (ratePerSecond === this.ratePerSecond) return;
    this.refill(now);
    this.ratePerSecond = ratePerSecond;
    this.balance = Math.min(this.balance, this.burst());
  }

  /** Time until somebody may pass, 0 for now. */
  waitMs(now: number): number {
    this.refill(now);
    if (this.ratePerSecond === null || this.balance > 0) return 0;
    return ((1 - this.balance) / this.ratePerSecond) * 1_000;
  }

  pay(tokens: number): void {
    if (this.ratePerSecond !== null) this.balance -= tokens;
  }

  private refill(now: number): void {
    const rate = this.ratePerSecond ?? 0;
    this.balance = Math.min(this.burst(), this.balance + ((now - this.at) / 1_000) * rate);
    this.at = now;
  }

  private burst(): number {
    return Math.max(1, (this.ratePerSecond ?? 0) * BURST_SECONDS);
  }
}
