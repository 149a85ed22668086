import { MigrationError } from '../../contracts/errors';
import { FileUnfinished } from './begun-file';
import { copyFile, type CopyOutcome } from './copy-file';
import type { CopyJob } from './copy-job';
import type { PassInput } from './pass-input';
import type { FilesContext, SliceEnd } from './files-context';
import { InFlight } from './in-flight';
import { openKnownRoot } from './known-root';
import { PartLedger, type PartCounts } from './part-ledger';
import type { CopyItem, ResultLine } from './pass-journal';
import { SMALL_FILE_BYTES } from './read-file';
import { Slice } from './slice';
import { SourceProblem } from './source-root';
import { tunedConcurrency } from './tuned-concurrency';
import { TargetTakenError } from './write-marked';

/** Reads of a file that keeps changing; then the next pass gets it. */
const MAX_READS = 3;

export interface PartInput extends PassInput {
  /** 1 to `PassContent.parts`. */
  readonly part: number;
  /** Begins no file after this time, and of a large file no more blocks: the next slice goes on with it. */
  readonly budgetMs: number;
}

export type CopyPartResult = PartCounts & { readonly end: SliceEnd };

/**
 * Copies what is still open of a part (R121 R130 R131). Counts are those of the whole part, earlier slices included; called again
 * after `done` it changes nothing. Files that can't be copied are results (`Failed` with a reason), trouble of the target is thrown,
 * `SourceRefusal` where the root is another folder than at the first pass.
 */
export async function copyPart(context: FilesContext, input: PartInput): Promise<CopyPartResult> {
  const ledger = await PartLedger.open(context, input);
  if (ledger.open.length === 0) return { ...ledger.counts(), end: 'done' };

  const root = await openKnownRoot(context, input.transferId, input.asset.root);
  const target = context.blobs.container(input.asset.container);
  const end = await Slice.run(context, input.budgetMs, {
    tuned: tunedConcurrency(input.transferId),
    work: (slice) => {
      const { transferId, asset } = input;
      const advance = (bytes: number) => ledger.advance(bytes);
      const job: CopyJob = { root, target, prefix: asset.prefix, transferId, slice, advance };
      return copyItems(context, { job, ledger, slice });
    },
    record: () => ledger.record(),
  });
  return { ...ledger.counts(), end };
}

/** Small files side by side, then large ones in turn, each with its blocks side by side: so the requests in flight stay few. */
async function copyItems(
  context: FilesContext,
  { job, ledger, slice }: { job: CopyJob; ledger: PartLedger; slice: Slice },
): Promise<boolean> {
  const small = ledger.open.filter(({ stat }) => stat.sizeBytes <= SMALL_FILE_BYTES);
  const large = ledger.open.filter(({ stat }) => stat.sizeBytes > SMALL_FILE_BYTES);
  const copy = async (item: CopyItem) => {
    const result = await copyItem(context, job, item);
    ledger.add(result);
    if (item.stat.sizeBytes <= SMALL_FILE_BYTES) slice.arrived(result.sentBytes);
  };
  const allSmall = await copySideBySide(small, slice, copy);
  if (!allSmall) return false;
  for (const item of large) {
    if (slice.over) return false;
    try {
      await copy(item);
    } catch (error) {
      if (!(error instanceof FileUnfinished)) throw error;
      return false;
    }
  }
  return true;
}

/** False when the slice was over before all were begun. Those begun are finished either way. */
async function copySideBySide(
  items: readonly CopyItem[],
  slice: Slice,
  copy: (item: CopyItem) => Promise<void>,
): Promise<boolean> {
  const running = new InFlight();
  const limit = () => slice.concurrency;
  try {
    for (const item of items) {
      if (slice.over) return false;
      await running.add(limit, item.stat.sizeBytes, () => copy(item));
    }
    await running.drain();
    return true;
  } finally {
    await running.settle();
  }
}

async function copyItem(context: FilesContext, job: CopyJob, item: CopyItem): Promise<ResultLine> {
  const at = () => context.clock.now().toISOString();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return { path: item.path, ...(await copyFile(job, item)), attempts, at: at() };
    } catch (error) {
      if (error instanceof SourceProblem && error.kind === 'changed' && attempts < MAX_READS) continue;
      if (error instanceof SourceProblem && error.kind === 'gone') await job.root.assertSame();
      return { path: item.path, ...failure(error, item), attempts, at: at() };
    }
  }
}

type Failure = Omit<CopyOutcome, 'result' | 'state'> & Pick<ResultLine, 'result' | 'state'>;

/** What becomes of the item; trouble that isn't the item's own is thrown on. The target keeps what it had. */
function failure(error: unknown, { prior }: CopyItem): Failure {
  const failed = (reason: string): Failure => ({ result: 'Failed', state: prior, reason, sentBytes: 0 });
  if (error instanceof TargetTakenError) return failed(error.message);
  if (error instanceof MigrationError && error.code === 'target-conflict') return failed(error.message);
  if (!(error instanceof SourceProblem)) throw error;
  if (error.kind !== 'gone') return failed(error.message);
  return { result: 'NoCopyNecessary', state: prior, reason: error.message, sentBytes: 0 };
}
