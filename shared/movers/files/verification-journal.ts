import { createHash } from 'node:crypto';
import type { BlobProperties } from '../../ports/blob-target';
import type { Difference } from './compare-item';
import type { PassInput } from './pass-input';
import type { FilesContext } from './files-context';
import { nameProblem } from './item-path';
import { assertNotEmptied, openKnownRoot } from './known-root';
import { readOnly, readSummary } from './pass-journal';
import { SegmentWriter } from './segment-writer';
import { walkTree } from './walk-tree';

/** Items compared in memory at a time. */
export const BUCKET_ITEMS = 20_000;

export interface VerifyInput extends PassInput {
  /** Names this verification: the same id goes on or returns what it found, a new one looks again. Letters, digits, dashes. */
  readonly verificationId: string;
  /** `list` compares with what the service says of each blob; `read-back` downloads a sample as well and hashes it. */
  readonly mode: 'list' | 'read-back';
  /** 0 to 1: share of the items read back, the same ones each time for one verification id. */
  readonly sampleShare: number;
  /** `any` where others than this transfer wrote to the target, as before a failback: contents are compared, metadata is not. */
  readonly metadata?: 'ours' | 'any';
  readonly budgetMs: number;
}

/** A file of the source to compare, or what could not be read of it. */
export type SourceLine =
  | { readonly path: string; readonly unreadable: null }
  | { readonly path: string; readonly unreadable: string };

export type BlobLine = BlobProperties & { readonly path: string };

export interface Verdict {
  readonly path: string;
  readonly difference: Difference | null;
}

export const verificationSegments = (verificationId: string) => {
  const base = `verify/${verificationId}`;
  const bucket = (kind: string, number: number) => `${base}/${kind}/${String(number).padStart(6, '0')}`;
  return {
    work: `${base}/work/`,
    source: (number: number) => bucket('work/source', number),
    blobs: (number: number) => bucket('work/blobs', number),
    verdicts: (number: number) => bucket('work/verdicts', number),
    layout: `${base}/layout`,
    differences: `${base}/differences`,
    result: `${base}/result`,
  };
};

/**
 * Lists source and target and deals both into buckets by name, so that each can be compared in memory whatever order the service
 * lists in. Begun anew when it was killed; returns the number of buckets.
 */
export async function layOut(context: FilesContext, input: VerifyInput): Promise<number> {
  const { journal } = context;
  const { asset, transferId, pass } = input;
  const names = verificationSegments(input.verificationId);
  const laidOut = await readOnly<{ buckets: number }>(journal, transferId, names.layout);
  if (laidOut !== null) return laidOut.buckets;

  await journal.drop(transferId, names.work);
  const summary = await readSummary(journal, transferId, pass);
  const buckets = Math.max(1, Math.ceil((summary?.items ?? 0) / BUCKET_ITEMS));
  const root = await openKnownRoot(context, transferId, asset.root);
  let found = 0;
  const source = new Buckets<SourceLine>(context, transferId, buckets, names.source);
  for await (const entry of walkTree(root, { exclude: asset.exclude })) {
    if (entry.kind === 'unreadable') await source.deal({ path: entry.path, unreadable: entry.reason });
    if (entry.kind !== 'file' || nameProblem(asset.prefix + entry.path) !== null) continue;
    await source.deal({ path: entry.path, unreadable: null });
    found += 1;
  }
  await root.assertSame();
  await assertNotEmptied(context, transferId, found);
  await source.flush();

  const blobs = new Buckets<BlobLine>(context, transferId, buckets, names.blobs);
  for await (const blob of context.blobs.container(asset.container).list(asset.prefix)) {
    await blobs.deal({ ...blob, path: blob.name.slice(asset.prefix.length) });
  }
  await blobs.flush();
  await journal.append(transferId, names.layout, 0, [{ buckets }]);
  return buckets;
}

/** Deals lines into segments by the hash of their path. */
export class Buckets<T extends { readonly path: string }> {
  private readonly writers = new Map<number, SegmentWriter<T>>();

  constructor(
    private readonly context: FilesContext,
    private readonly journalId: string,
    private readonly count: number,
    private readonly segment: (number: number) => string,
  ) {}

  async deal(line: T): Promise<void> {
    const number = createHash('md5').update(line.path).digest().readUInt32BE() % this.count;
    let writer = this.writers.get(number);
    if (writer === undefined) {
      writer = await SegmentWriter.open<T>(this.context.journal, this.journalId, this.segment(number));
      this.writers.set(number, writer);
    }
    await writer.write(line);
  }

  async flush(): Promise<void> {
    for (const writer of this.writers.values()) await writer.flush();
  }
}
