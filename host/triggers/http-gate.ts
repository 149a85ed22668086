/** Lets requests in until it is closed, and knows when the last one has left. */
export class HttpGate {
  private isOpen = true;
  private inside = 0;
  private readonly empty = Promise.withResolvers<void>();

  /** Runs the work, or returns false where the gate is closed. */
  async pass(work: () => Promise<void>): Promise<boolean> {
    if (!this.isOpen) return false;
    this.inside += 1;
    try {
      await work();
    } finally {
      this.inside -= 1;
      this.settle();
    }
    return true;
  }

  /** Resolves when nobody is inside any more. */
  async close(): Promise<void> {
    this.isOpen = false;
    this.settle();
    await this.empty.promise;
  }

  private settle(): void {
    if (!this.isOpen && this.inside === 0) this.empty.resolve();
  }
}
