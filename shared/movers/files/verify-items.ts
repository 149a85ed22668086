import { createHash } from 'node:crypto';
import type { BlobProperties } from '../../ports/blob-target';
import { compareItem, type Comparison, type Difference } from './compare-item';
import type { FilesContext, SliceEnd } from './files-context';
import { InFlight } from './in-flight';
import { openKnownRoot } from './known-root';
import { DOUBTED, readLines, readOnly } from './pass-journal';
import { doneReporter } from './report-done';
import { SegmentWriter } from './segment-writer';
import { Slice } from './slice';
import {
  layOut,
  verificationSegments,
  type BlobLine,
  type SourceLine,
  type Verdict,
  type VerifyInput,
} from './verification-journal';

const SHOWN_DIFFERENCES = 20;
/** What a comparison holds of a file at a time. */
const PIECE_BYTES = 8 * 2 ** 20;

export interface VerifyFindings {
  readonly checkedItems: number;
  readonly differenceCount: number;
  /** The first 20. */
  readonly differences: readonly Difference[];
}

export type VerifyResult = VerifyFindings & { readonly end: SliceEnd };

/**
 * Compares every file of the source, hashed anew from disk, with its blob: there at all, size, MD5, mode, time, owner; blobs below the
 * prefix that no file belongs to are differences too (R102 R126 R139). Findings are whole when `end` is `done`. What was found wrong
 * is copied by the next pass, whatever its times say (R122). Throws `SourceRefusal` where the root is another folder than at the first
 * pass, or empty when it was not.
 */
export async function verifyItems(context: FilesContext, input: VerifyInput): Promise<VerifyResult> {
  const { journal } = context;
  const { transferId } = input;
  const names = verificationSegments(input.verificationId);
  const finished = await readOnly<VerifyFindings>(journal, transferId, names.result);
  if (finished !== null) return { ...finished, end: 'done' };

  const root = await openKnownRoot(context, transferId, input.asset.root);
  const target = context.blobs.container(input.asset.container);
  const report = await doneReporter(context, transferId);
  const checked = { items: 0, bytes: 0 };
  let buckets = 0;
  let verdicts: SegmentWriter<Verdict> | null = null;
  const end = await Slice.run(context, input.budgetMs, {
    work: async (slice) => {
      buckets = await layOut(context, input);
      const { metadata = 'ours' } = input;
      const comparison: Comparison = { root, target, transferId, slice, readBack: sampled(input), metadata };
      for (let number = 0; number < buckets; number += 1) {
        const bucket = await openBucket(context, input, number);
        verdicts = bucket.verdicts;
        if (!(await compareBucket(comparison, bucket, { slice, checked }))) return false;
        await verdicts.flush();
      }
      return true;
    },
    record: async () => {
      await verdicts?.flush();
      report(checked);
    },
  });
  const findings = await conclude(context, input, { buckets, whole: end === 'done' });
  return { ...findings, end };
}

interface Bucket {
  readonly source: AsyncIterable<SourceLine>;
  readonly blobs: Map<string, BlobProperties>;
  /** Paths with a verdict from an earlier slice. */
  readonly judged: ReadonlySet<string>;
  readonly verdicts: SegmentWriter<Verdict>;
}

async function openBucket(
  { journal }: FilesContext,
  { transferId, verificationId }: VerifyInput,
  number: number,
): Promise<Bucket> {
  const names = verificationSegments(verificationId);
  const blobs = new Map<string, BlobProperties>();
  for await (const blob of readLines<BlobLine>(journal, transferId, names.blobs(number))) {
    blobs.set(blob.path, blob);
  }
  const judged = new Set<string>();
  for await (const { path } of readLines<Verdict>(journal, transferId, names.verdicts(number))) {
    judged.add(path);
  }
  const source = readLines<SourceLine>(journal, transferId, names.source(number));
  const verdicts = await SegmentWriter.open<Verdict>(journal, transferId, names.verdicts(number));
  return { source, blobs, judged, verdicts };
}

/** False when the slice was over before all of it was compared. */
async function compareBucket(
  comparison: Comparison,
  { source, blobs, judged, verdicts }: Bucket,
  { slice, checked }: { readonly slice: Slice; readonly checked: { items: number; bytes: number } },
): Promise<boolean> {
  const count = (blob: BlobProperties | null) => {
    checked.items += 1;
    checked.bytes += blob?.sizeBytes ?? 0;
  };
  const limit = () => slice.concurrency;
  const running = new InFlight();
  try {
    for await (const line of source) {
      const blob = blobs.get(line.path) ?? null;
      blobs.delete(line.path);
      if (judged.has(line.path)) {
        count(blob);
        continue;
      }
      if (slice.over) return false;
      await running.add(limit, Math.min(blob?.sizeBytes ?? 0, PIECE_BYTES), async () => {
        await verdicts.write({ path: line.path, difference: await judge(comparison, line, blob) });
        count(blob);
      });
    }
    await running.drain();
  } finally {
    await running.settle();
  }
  for (const [path, blob] of blobs) {
    if (!judged.has(path)) await verdicts.write({ path, difference: extra(path, blob) });
  }
  return true;
}

async function judge(
  comparison: Comparison,
  { path, unreadable }: SourceLine,
  blob: BlobProperties | null,
): Promise<Difference | null> {
  if (unreadable === null) return compareItem(comparison, path, blob);
  return { path, kind: 'unreadable', source: unreadable, target: null };
}

const extra = (path: string, { etag }: BlobProperties): Difference => ({
  path,
  kind: 'extra',
  source: null,
  target: etag,
});

/** Adds up the verdicts; when all are in, remembers the findings, the differences in full and what the next pass must copy. */
async function conclude(
  { journal }: FilesContext,
  { transferId, verificationId, metadata }: VerifyInput,
  { buckets, whole }: { buckets: number; whole: boolean },
): Promise<VerifyFindings> {
  const names = verificationSegments(verificationId);
  const differences: Difference[] = [];
  let checkedItems = 0;
  let differenceCount = 0;
  if (whole) await journal.drop(transferId, names.differences);
  const all = await SegmentWriter.open<Difference>(journal, transferId, names.differences);
  const doubted = await SegmentWriter.open<{ path: string }>(journal, transferId, DOUBTED);
  for (let number = 0; number < buckets; number += 1) {
    for await (const { path, difference } of readLines<Verdict>(
      journal,
      transferId,
      names.verdicts(number),
    )) {
      checkedItems += 1;
      if (difference === null) continue;
      differenceCount += 1;
      if (differences.length < SHOWN_DIFFERENCES) differences.push(difference);
      if (!whole) continue;
      await all.write(difference);
      if (metadata !== 'any') await doubted.write({ path });
    }
  }
  const findings = { checkedItems, differenceCount, differences };
  if (whole) {
    await all.flush();
    await doubted.flush();
    await journal.append(transferId, names.result, 0, [findings]);
    await journal.drop(transferId, names.work);
  }
  return findings;
}

/** The same choice for the same verification and path, independent of order. */
const sampled =
  ({ mode, sampleShare, verificationId }: VerifyInput) =>
  (path: string): boolean => {
    if (mode === 'list') return false;
    const draw = createHash('sha256').update(`${verificationId}\n${path}`).digest().readUInt32BE();
    return draw < sampleShare * 2 ** 32;
  };
