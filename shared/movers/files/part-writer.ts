import type { FilesContext } from './files-context';
import { baselineAdvance, readLines, segments, type ItemLine, type PassContent } from './pass-journal';
import type { PassInput } from './pass-input';
import { SegmentWriter } from './segment-writer';

/** A part is full with this much to copy, or with this many lines whatever they say. */
const PART_ITEMS = 2_000;
const PART_BYTES = 2 ** 30;
const PART_LINES = 20_000;
/** So much that stayed the same is made durable at once: a killed enumeration looks at no more than that again. */
const RUN_ITEMS = 50_000;

type Run = Extract<ItemLine, { action: 'same' }>;

/** Cuts the lines of a pass into parts and counts them. Files that stayed as they were become one line for all in a row. */
export class PartWriter {
  /** The last path written down. */
  after: string | null = null;
  /** How many lines of the state before were compared so far. */
  comparedTo = 0;
  readonly unreadable: string[] = [];
  private part = 0;
  private writer: SegmentWriter<ItemLine> | null = null;
  private run: Run | null = null;
  private inPart = { lines: 0, items: 0, bytes: 0 };
  private totals = { items: 0, bytes: 0, changedItems: 0, changedBytes: 0, deletes: 0 };

  private constructor(
    private readonly context: FilesContext,
    private readonly transferId: string,
    private readonly names: ReturnType<typeof segments>,
  ) {}

  static async resume(
    context: FilesContext,
    { transferId, pass, generation }: PassInput,
  ): Promise<PartWriter> {
    const names = segments(pass, generation);
    const parts = new PartWriter(context, transferId, names);
    const written = await context.journal.segments(transferId, names.allItems);
    for (const segment of written) {
      parts.startPart();
      for await (const line of readLines<ItemLine>(context.journal, transferId, segment)) parts.count(line);
    }
    return parts;
  }

  content(): PassContent {
    const { items, bytes, ...changes } = this.totals;
    const run = this.run ?? { items: 0, bytes: 0 };
    return { parts: this.part, items: items + run.items, bytes: bytes + run.bytes, ...changes };
  }

  async write(line: ItemLine): Promise<void> {
    if (line.action !== 'keep' && line.action !== 'same') {
      await this.endRun();
      return this.append(line);
    }
    const { path } = line;
    const more = line.action === 'same' ? line : { items: 1, bytes: line.prior.stat.sizeBytes };
    const { items, bytes } = this.run ?? { items: 0, bytes: 0 };
    const from = this.run?.from ?? this.comparedTo;
    this.run = { action: 'same', path, from, items: items + more.items, bytes: bytes + more.bytes };
    if (this.run.items < RUN_ITEMS) return;
    await this.endRun();
    await this.writer?.flush();
  }

  async close(): Promise<void> {
    await this.endRun();
    await this.closePart();
  }

  private async endRun(): Promise<void> {
    const { run } = this;
    this.run = null;
    if (run !== null) await this.append(run);
  }

  private async append(line: ItemLine): Promise<void> {
    const { lines, items, bytes } = this.inPart;
    const full = lines >= PART_LINES || items >= PART_ITEMS || bytes >= PART_BYTES;
    if (this.part === 0 || full) {
      await this.closePart();
      this.startPart();
    }
    const segment = this.names.items(this.part);
    this.writer ??= await SegmentWriter.open(this.context.journal, this.transferId, segment);
    this.count(line);
    await this.writer.write(line);
  }

  private async closePart(): Promise<void> {
    await this.writer?.flush();
    this.writer = null;
  }

  private startPart(): void {
    this.part += 1;
    this.inPart = { lines: 0, items: 0, bytes: 0 };
  }

  private count(line: ItemLine): void {
    const { inPart, totals } = this;
    this.after = line.path;
    this.comparedTo += baselineAdvance(line);
    inPart.lines += 1;
    if (line.action === 'report' && line.result === 'Failed') this.unreadable.push(line.path);
    if (line.action === 'delete') totals.deletes += 1;
    if (line.action === 'same') {
      totals.items += line.items;
      totals.bytes += line.bytes;
    }
    if (line.action !== 'copy') return;
    const { sizeBytes } = line.stat;
    totals.items += 1;
    totals.bytes += sizeBytes;
    totals.changedItems += 1;
    totals.changedBytes += sizeBytes;
    inPart.items += 1;
    inPart.bytes += sizeBytes;
  }
}
