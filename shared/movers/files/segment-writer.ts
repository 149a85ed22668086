import type { Journal } from '../../ports/journal';

const BATCH_LINES = 1_000;

/** Appends to one segment in batches, from the length it has. One writer at a time: a second one gets `StaleWriteError`. */
export class SegmentWriter<T> {
  private batch: T[] = [];
  private flushed: Promise<void> = Promise.resolve();

  private constructor(
    private readonly journal: Journal,
    private readonly journalId: string,
    readonly segment: string,
    private position: number,
  ) {}

  static async open<T>(journal: Journal, journalId: string, segment: string): Promise<SegmentWriter<T>> {
    return new SegmentWriter(journal, journalId, segment, await journal.length(journalId, segment));
  }

  /** True when this line completed a batch, which is durable now. */
  async write(line: T): Promise<boolean> {
    this.batch.push(line);
    if (this.batch.length < BATCH_LINES) return false;
    await this.flush();
    return true;
  }

  /** Flushes that come meanwhile wait for each other, in order. */
  flush(): Promise<void> {
    this.flushed = this.flushed.then(() => this.append());
    return this.flushed;
  }

  private async append(): Promise<void> {
    if (this.batch.length === 0) return;
    const lines = this.batch;
    this.batch = [];
    await this.journal.append(this.journalId, this.segment, this.position, lines);
    this.position += lines.length;
  }
}
