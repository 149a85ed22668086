interface PendingWrite {
  readonly write: () => void;
  readonly committed: () => void;
}

/**
 * Gathers the writes of one turn of the event loop into one transaction, so that many episodes share one flush to disk.
 * A write is visible to nobody before its `committed` ran; a commit that fails ends the process through `fatal`.
 */
export class GroupCommit {
  private pending: PendingWrite[] = [];
  private closed = false;

  constructor(
    private readonly transaction: (work: () => void) => void,
    private readonly fatal: (error: unknown) => never,
    private readonly measured: (ms: number) => void = () => undefined,
  ) {}

  get isIdle(): boolean {
    return this.pending.length === 0;
  }

  get pendingCount(): number {
    return this.pending.length;
  }

  /** What is added later is not written, as if the process had ended before. */
  close(): void {
    this.closed = true;
    this.pending = [];
  }

  add(write: () => void, committed: () => void): void {
    if (this.closed) return;
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending.push({ write, committed });
  }

  private flush(): void {
    const group = this.pending;
    if (group.length === 0) return;
    this.pending = [];
    const begunMs = performance.now();
    try {
      this.transaction(() => {
        for (const { write } of group) write();
      });
    } catch (error) {
      this.fatal(error);
    }
    this.measured(performance.now() - begunMs);
    for (const { committed } of group) committed();
  }
}
