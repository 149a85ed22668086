import { FileUnfinished } from '../begun-file';
import type { FilesContext } from '../files-context';
import { InFlight } from '../in-flight';
import type { ResultLine } from '../pass-journal';
import type { Slice } from '../slice';
import { backSegments, type BackContent, type BackLine, type BringBackInput } from './back-journal';

/** So much is under way side by side before its results are written down together. */
export const BATCH_LINES = 200;
/** What a file on its way holds in memory. */
const PIECE_BYTES = 8 * 2 ** 20;

/** Lines under way side by side, and their results, which are written down in the order of the lines. */
export class BackBatch {
  /** Lines with a result that is written down. */
  recorded = 0;
  deletes = false;
  private running = new InFlight();
  private results: (ResultLine | null)[] = [];
  private content: BackContent | null = null;
  private bytes = 0;

  constructor(
    private readonly context: FilesContext,
    private readonly input: BringBackInput,
  ) {}

  get isFull(): boolean {
    return this.results.length >= BATCH_LINES;
  }

  async begin(content: BackContent): Promise<void> {
    this.content = content;
    this.recorded = await this.context.journal.length(this.input.transferId, this.segment);
  }

  async add(line: BackLine, slice: Slice, work: () => Promise<ResultLine>): Promise<void> {
    const { results } = this;
    const place = results.push(null) - 1;
    this.deletes = line.action === 'delete';
    const bytes = line.action === 'write' ? line.blob.sizeBytes : 0;
    await this.running.add(
      () => slice.concurrency,
      Math.min(bytes, PIECE_BYTES),
      async () => {
        try {
          results[place] = await work();
          this.bytes += bytes;
          slice.arrived(bytes);
        } catch (error) {
          // It goes on in the next slice.
          if (!(error instanceof FileUnfinished)) throw error;
        }
      },
    );
  }

  async settle(): Promise<void> {
    await this.running.settle();
  }

  /** Writes down the results up to the first that is missing; false where one is. */
  async end(): Promise<boolean> {
    let failure: { readonly error: unknown } | null = null;
    await this.running.drain().catch((error: unknown) => (failure = { error }));
    const missing = this.results.indexOf(null);
    const done = (missing < 0 ? this.results : this.results.slice(0, missing)).filter(
      (line) => line !== null,
    );
    this.results = [];
    await this.context.journal.append(this.input.transferId, this.segment, this.recorded, done);
    this.recorded += done.length;
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
    return missing < 0;
  }

  tell(): void {
    if (this.content === null) return;
    const { deletes, writes, bytes } = this.content;
    const doneItems = this.recorded + this.results.filter((line) => line !== null).length;
    this.context.progress({
      totalItems: deletes + writes,
      doneItems,
      totalBytes: bytes,
      doneBytes: Math.min(bytes, this.bytes),
    });
  }

  private get segment(): string {
    return backSegments(this.input.failbackId, this.input.pass).results;
  }
}
