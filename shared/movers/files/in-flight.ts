/** Content of all files and blocks in memory at the same time. */
const MAX_BUFFERED_BYTES = 128 * 2 ** 20;

/** All slices of this process share it; each may hold one piece whatever the others do. */
const buffered = { bytes: 0 };

/** Work under way side by side, bounded in number and in bytes held. The first failure is thrown to whoever adds or drains. */
export class InFlight {
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  /** Starts the work once there is room under the limit, which is asked again each time something ended. */
  async add(limit: () => number, bytes: number, work: () => Promise<void>): Promise<void> {
    while (this.running.size > 0 && !this.hasRoom(limit(), bytes)) await Promise.race(this.running);
    this.throwFailure();
    buffered.bytes += bytes;
    const run: Promise<void> = work()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.running.delete(run);
        buffered.bytes -= bytes;
      });
    this.running.add(run);
  }

  /** Waits until nothing is under way, whatever failed. */
  async settle(): Promise<void> {
    await Promise.all(this.running);
  }

  async drain(): Promise<void> {
    await this.settle();
    this.throwFailure();
  }

  private hasRoom(limit: number, bytes: number): boolean {
    return this.running.size < limit && buffered.bytes + bytes <= MAX_BUFFERED_BYTES;
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }
}
