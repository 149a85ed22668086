/**
 * Spaces out what a stream sends: whoever comes while nothing is owed may send, and then owes the time that its bytes take. Pure
 * arithmetic over the times it is told (milliseconds, never going back).
 */
export class Pace {
  private freeAt = 0;

  /** Null: as fast as it goes. */
  constructor(private bytesPerSecond: number | null) {}

  /** What is owed is owed at the new rate. */
  setRate(bytesPerSecond: number | null, now: number): void {
    const before = this.bytesPerSecond;
    this.bytesPerSecond = bytesPerSecond;
    const owedBytes = ((before ?? 0) * this.waitMs(now)) / 1_000;
    this.freeAt = now;
    this.sent(owedBytes, now);
  }

  /** Time until somebody may send, 0 for now. */
  waitMs(now: number): number {
    return Math.max(0, this.freeAt - now);
  }

  sent(bytes: number, now: number): void {
    if (this.bytesPerSecond === null) return;
    this.freeAt = Math.max(now, this.freeAt) + (bytes / this.bytesPerSecond) * 1_000;
  }
}
