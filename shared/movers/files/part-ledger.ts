import type { FilesContext } from './files-context';
import { readLines, segments, type CopyItem, type ItemLine, type ResultLine } from './pass-journal';

/** What became of a part so far. */
export interface PartCounts {
  readonly copiedItems: number;
  readonly copiedBytes: number;
  readonly failedItems: number;
  /** Files the part has to look at, and those it has looked at. */
  readonly totalItems: number;
  readonly doneItems: number;
}

interface PartName {
  readonly transferId: string;
  readonly pass: number;
  readonly generation?: number;
  readonly part: number;
}

/** The items of a part and their results, recorded in batches. What isn't recorded when the process dies is done again. */
export class PartLedger {
  private readonly unrecorded: ResultLine[] = [];
  private readonly done = { copiedItems: 0, copiedBytes: 0, failedItems: 0, doneItems: 0 };
  private readonly totals: { items: number; bytes: number };
  private recordedLines = 0;
  private doneBytes = 0;

  private constructor(
    private readonly context: FilesContext,
    private readonly name: PartName,
    /** Items without a result when the ledger was opened. */
    public open: readonly CopyItem[],
  ) {
    this.totals = { items: open.length, bytes: sizeOf(open) };
  }

  static async open(context: FilesContext, name: PartName): Promise<PartLedger> {
    const { items, results } = partSegments(name);
    const all: CopyItem[] = [];
    for await (const line of readLines<ItemLine>(context.journal, name.transferId, items)) {
      if (line.action === 'copy') all.push(line);
    }
    const ledger = new PartLedger(context, name, all);
    const done = new Set<string>();
    for await (const line of readLines<ResultLine>(context.journal, name.transferId, results)) {
      ledger.count(line);
      done.add(line.path);
      ledger.recordedLines += 1;
    }
    ledger.open = all.filter(({ path }) => !done.has(path));
    ledger.doneBytes = ledger.totals.bytes - sizeOf(ledger.open);
    return ledger;
  }

  add(line: ResultLine): void {
    this.count(line);
    this.unrecorded.push(line);
  }

  advance(bytes: number): void {
    this.doneBytes += bytes;
  }

  counts(): PartCounts {
    return { ...this.done, totalItems: this.totals.items };
  }

  /** Makes the results so far durable and tells the progress. Throws `StaleWriteError` if another slice works on this part. */
  async record(): Promise<void> {
    const lines = this.unrecorded.splice(0);
    if (lines.length > 0) {
      const { results } = partSegments(this.name);
      await this.context.journal.append(this.name.transferId, results, this.recordedLines, lines);
      this.recordedLines += lines.length;
    }
    const { items, bytes } = this.totals;
    // Bytes read again for a file that changed count once.
    const doneBytes = Math.min(this.doneBytes, bytes);
    const { doneItems } = this.done;
    this.context.progress({ totalItems: items, doneItems, totalBytes: bytes, doneBytes });
  }

  private count({ result, sentBytes }: ResultLine): void {
    this.done.doneItems += 1;
    if (result === 'Failed') this.done.failedItems += 1;
    if (result !== 'Transferred') return;
    this.done.copiedItems += 1;
    this.done.copiedBytes += sentBytes;
  }
}

const partSegments = ({ pass, generation, part }: PartName) => ({
  items: segments(pass, generation).items(part),
  results: segments(pass, generation).results(part),
});

const sizeOf = (items: readonly CopyItem[]): number =>
  items.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
