import type { BlobProperties } from '../../../ports/blob-target';
import type { ItemLogLine } from '../../../contracts/transfer';
import type { FilesContext } from '../files-context';
import { isFilePath } from '../item-path';
import { readLines, readOnly, type TargetState } from '../pass-journal';
import { SegmentWriter } from '../segment-writer';
import type { Slice } from '../slice';
import { Buckets, BUCKET_ITEMS, type BlobLine } from '../verification-journal';
import {
  backSegments,
  knownSegment,
  type BackContent,
  type BackLine,
  type BringBackInput,
} from './back-journal';

/**
 * Lists the target and writes down what is new, changed or gone since both sides were equal, whatever order the service lists in.
 * Begun anew when it was killed; once done, it returns the same.
 */
export async function listChanges(
  context: FilesContext,
  input: BringBackInput,
  slice: Slice,
): Promise<BackContent> {
  const { journal } = context;
  const { transferId } = input;
  const names = backSegments(input.failbackId, input.pass);
  const found = await readOnly<BackContent>(journal, transferId, names.content);
  if (found !== null) return found;
  for (const segment of [names.work, names.deletes, names.writes, names.kept, names.log]) {
    await journal.drop(transferId, segment);
  }
  const buckets = await dealOut(context, input, slice);
  const changes = await Changes.open(context, input);
  for (let number = 0; number < buckets; number += 1) {
    const blobs = new Map<string, BlobProperties>();
    for await (const { path, ...blob } of readLines<BlobLine>(journal, transferId, names.blobs(number))) {
      blobs.set(path, blob);
    }
    for await (const state of readLines<TargetState>(journal, transferId, names.known(number))) {
      await changes.compare(state, blobs.get(state.path) ?? null);
      blobs.delete(state.path);
      await slice.pace(0, 0);
    }
    for (const [path, blob] of blobs) await changes.add(path, blob);
  }
  const content = await changes.close();
  await journal.append(transferId, names.content, 0, [content]);
  await journal.drop(transferId, names.work);
  return content;
}

/** Deals both sides into buckets by name, each small enough to compare in memory. */
async function dealOut(context: FilesContext, input: BringBackInput, slice: Slice): Promise<number> {
  const { journal } = context;
  const { asset, transferId } = input;
  const names = backSegments(input.failbackId, input.pass);
  const known = await knownSegment(journal, input);
  const count = Math.max(1, Math.ceil((await journal.length(transferId, known)) / BUCKET_ITEMS));
  const states = new Buckets<TargetState>(context, transferId, count, names.known);
  for await (const state of readLines<TargetState>(journal, transferId, known)) await states.deal(state);
  await states.flush();
  const blobs = new Buckets<BlobLine>(context, transferId, count, names.blobs);
  for await (const blob of context.blobs.container(asset.container).list(asset.prefix)) {
    await blobs.deal({ ...blob, path: blob.name.slice(asset.prefix.length) });
    await slice.pace(0, 0);
  }
  await blobs.flush();
  return count;
}

/** Sorts what both sides have into what stays, what is written and what is deleted. */
class Changes {
  private readonly counts = { items: 0, bytes: 0, writes: 0, deletes: 0, unsupported: 0, known: 0 };

  private constructor(
    private readonly at: string,
    private readonly kept: SegmentWriter<TargetState>,
    private readonly deletes: SegmentWriter<BackLine>,
    private readonly writes: SegmentWriter<BackLine>,
    private readonly log: SegmentWriter<ItemLogLine>,
  ) {}

  static async open({ journal, clock }: FilesContext, input: BringBackInput): Promise<Changes> {
    const names = backSegments(input.failbackId, input.pass);
    const open = <T>(segment: string) => SegmentWriter.open<T>(journal, input.transferId, segment);
    return new Changes(
      clock.now().toISOString(),
      await open<TargetState>(names.kept),
      await open<BackLine>(names.deletes),
      await open<BackLine>(names.writes),
      await open<ItemLogLine>(names.log),
    );
  }

  async compare(prior: TargetState, blob: BlobProperties | null): Promise<void> {
    const { path } = prior;
    this.counts.known += 1;
    if (blob === null) {
      this.counts.deletes += 1;
      await this.deletes.write({ action: 'delete', path, prior });
    } else if (blob.etag === prior.etag) {
      this.count(blob);
      await this.kept.write(prior);
    } else {
      this.count(blob);
      this.counts.writes += 1;
      await this.writes.write({ action: 'write', path, blob, prior });
    }
  }

  async add(path: string, blob: BlobProperties): Promise<void> {
    if (isFilePath(path)) {
      this.count(blob);
      this.counts.writes += 1;
      await this.writes.write({ action: 'write', path, blob, prior: null });
      return;
    }
    this.counts.unsupported += 1;
    const reason = 'its name is none that a file gets here: rename it on the target';
    const { sizeBytes } = blob;
    const common = { result: 'Unsupported', md5: null, attempts: 0, at: this.at } as const;
    await this.log.write({ path, sizeBytes, reason, ...common });
  }

  async close(): Promise<BackContent> {
    for (const writer of [this.kept, this.deletes, this.writes, this.log]) await writer.flush();
    return this.counts;
  }

  private count({ sizeBytes }: BlobProperties): void {
    this.counts.items += 1;
    this.counts.bytes += sizeBytes;
  }
}
