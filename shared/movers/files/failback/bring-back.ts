import type { PassSummary } from '../../../contracts/transfer';
import { FileUnfinished } from '../begun-file';
import type { FilesContext } from '../files-context';
import { openKnownRoot } from '../known-root';
import { readOnly, type ResultLine } from '../pass-journal';
import { Slice } from '../slice';
import { tunedConcurrency } from '../tuned-concurrency';
import { BackBatch, BATCH_LINES } from './back-batch';
import {
  backLines,
  backSegments,
  type BackContent,
  type BackLine,
  type BringBackInput,
} from './back-journal';
import { deleteBack, dropPart, failureOf, writeBack, type BackJob } from './bring-back-file';
import { finishBack } from './finish-back';
import { listChanges } from './list-changes';

/** What takes long is waited for alone: an unfinished file leaves those after it without a result. */
const ALONE_BYTES = 64 * 2 ** 20;

export type BringBackResult =
  | { readonly kind: 'done'; readonly summary: PassSummary }
  /** The slice is over: call again. */
  | { readonly kind: 'more' }
  | { readonly kind: 'interrupted' }
  /** Before anything was done; after the limit was raised, or with the blobs back in a pass of a greater number, it may go on. */
  | {
      readonly kind: 'refused';
      readonly code: 'too-many-deletes' | 'all-items-gone';
      readonly reason: string;
      readonly deletes: number;
    };

/**
 * One pass of a failback: brings back what was written to, and deleted from, the target since both sides were equal, so that the
 * source is what the target is (R53). Call it until it is `done`; passes while the target still serves make the last one, after its
 * writes were blocked, short. Files that somebody changed on the source meanwhile, and what can't be a file, stay and are results
 * in the log. Everything is remembered in the transfer's journal: repeatable, and safe to kill. Throws `SourceRefusal` where the
 * root is another folder than the transfer began with; trouble of the target is thrown.
 */
export async function bringBack(
  context: FilesContext,
  input: BringBackInput & { readonly budgetMs: number },
): Promise<BringBackResult> {
  const { journal } = context;
  const { transferId, pass, failbackId } = input;
  const names = backSegments(failbackId, pass);
  const finished = await readOnly<PassSummary>(journal, transferId, names.summary);
  if (finished !== null) return { kind: 'done', summary: finished };
  await closeEarlier(context, input);
  if ((await journal.length(transferId, names.started)) === 0) {
    await journal.append(transferId, names.started, 0, [{ at: context.clock.now().toISOString() }]);
  }
  const batch = new BackBatch(context, input);
  let refusal: BringBackResult | null = null;
  const end = await Slice.run(context, input.budgetMs, {
    tuned: tunedConcurrency(transferId),
    work: async (slice) => {
      const content = await listChanges(context, input, slice);
      refusal = await refusalOf(context, content);
      return refusal !== null || (await work(context, input, { slice, content, batch }));
    },
    record: async () => batch.tell(),
  });
  if (refusal !== null) return refusal;
  if (end === 'interrupted') return { kind: 'interrupted' };
  if (end === 'budget') return { kind: 'more' };
  return { kind: 'done', summary: await finishBack(context, input) };
}

/** A pass that nobody goes on with, as after a refusal, ends with what it did: the next one begins from there. */
async function closeEarlier(context: FilesContext, input: BringBackInput): Promise<void> {
  const { journal } = context;
  const { transferId, failbackId } = input;
  for (let pass = 1; pass < input.pass; pass += 1) {
    const { content, summary } = backSegments(failbackId, pass);
    const isListed = (await journal.length(transferId, content)) > 0;
    if (!isListed || (await journal.length(transferId, summary)) > 0) continue;
    const root = await openKnownRoot(context, transferId, input.asset.root);
    const done = await journal.length(transferId, backSegments(failbackId, pass).results);
    let left = BATCH_LINES;
    for await (const line of backLines(journal, { ...input, pass }, done)) {
      await dropPart(root, line.path).catch((error: unknown) => failureOf(error, line));
      if ((left -= 1) === 0) break;
    }
    await finishBack(context, { ...input, pass });
  }
}

async function refusalOf(
  context: FilesContext,
  { deletes, known, items }: BackContent,
): Promise<BringBackResult | null> {
  if (known > 0 && items === 0) {
    const reason = `all ${known} files that were there are gone from the target: bring them back and list it anew, or cancel`;
    return { kind: 'refused', code: 'all-items-gone', reason, deletes };
  }
  const { maxDeletes } = await context.limits();
  if (deletes <= maxDeletes) return null;
  const reason = `${deletes} files are gone from the target, at most ${maxDeletes} may be deleted in one pass`;
  return { kind: 'refused', code: 'too-many-deletes', reason, deletes };
}

/** Deletions first: a folder may come where a file was. False when the slice was over before all was done. */
async function work(
  context: FilesContext,
  input: BringBackInput,
  { slice, content, batch }: { slice: Slice; content: BackContent; batch: BackBatch },
): Promise<boolean> {
  const { asset, transferId } = input;
  const root = await openKnownRoot(context, transferId, asset.root);
  const target = context.blobs.container(asset.container);
  const job: BackJob = { root, target, transferId, slice };
  await batch.begin(content);
  try {
    for await (const line of backLines(context.journal, input, batch.recorded)) {
      const isLarge = line.action === 'write' && line.blob.sizeBytes > ALONE_BYTES;
      if ((batch.isFull || isLarge) && !(await batch.end())) return false;
      if (slice.over) break;
      // A file must not be written where another one is still being deleted.
      if (line.action === 'write' && batch.deletes) await batch.settle();
      await batch.add(line, slice, () => resultOf(context, job, line));
      if (isLarge && !(await batch.end())) return false;
    }
    return (await batch.end()) && batch.recorded === content.deletes + content.writes;
  } finally {
    // Nothing of this slice may still be on its way when it says that it has stopped.
    await batch.settle();
  }
}

async function resultOf(context: FilesContext, job: BackJob, line: BackLine): Promise<ResultLine> {
  const common = { path: line.path, attempts: 1, at: context.clock.now().toISOString() };
  try {
    const done = await (line.action === 'write' ? writeBack(job, line) : deleteBack(job, line));
    return { ...common, ...done };
  } catch (error) {
    if (error instanceof FileUnfinished) throw error;
    const failed = failureOf(error, line);
    await dropPart(job.root, line.path).catch((cause: unknown) => failureOf(cause, line));
    return { ...common, ...failed };
  }
}
