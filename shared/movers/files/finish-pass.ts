import { MigrationError } from '../../contracts/errors';
import type { ItemLogLine, PassSummary } from '../../contracts/transfer';
import { applyDeletions, type DeletionsOpen } from './apply-deletions';
import type { PassInput } from './pass-input';
import type { FilesContext } from './files-context';
import { loggedResult, loggedWithoutWork } from './item-log';
import {
  DOUBTED,
  readLines,
  readOnly,
  readSummary,
  segments,
  type ItemLine,
  type PassContent,
  type ResultLine,
  type TargetState,
} from './pass-journal';
import { SegmentWriter } from './segment-writer';

export type FinishPassResult = { readonly kind: 'done'; readonly summary: PassSummary } | DeletionsOpen;

/**
 * Closes a pass whose parts are all done: deletes what the source no longer has, remembers what the target holds now, writes the item
 * log and counts. Refused before anything is deleted if that were more than `maxDeletes`: raise the limit and call again, or
 * enumerate anew once the files are back. Repeatable; once done, the same call returns the same.
 */
export async function finishPass(context: FilesContext, input: PassInput): Promise<FinishPassResult> {
  const { journal } = context;
  const { transferId, pass } = input;
  const finished = await readSummary(journal, transferId, pass);
  if (finished === null) {
    const { content: name } = segments(pass, input.generation);
    const content = await readOnly<PassContent>(journal, transferId, name);
    if (content === null) throw new MigrationError('conflict', `pass ${pass} is not enumerated`);
    const open = await applyDeletions(context, input, content);
    if (open !== null) return open;
    const summary = await settle(context, input, content);
    await journal.drop(transferId, DOUBTED);
    await journal.append(transferId, segments(pass).summary, 0, [summary]);
  }
  await dropEarlierWork(context, input);
  const summary = finished ?? (await readSummary(journal, transferId, pass));
  if (summary === null) throw new MigrationError('internal', 'the summary just written is not there');
  return { kind: 'done', summary };
}

/** Writes state and log anew from the start: an attempt that was killed may have left half of them. */
async function settle(context: FilesContext, input: PassInput, content: PassContent): Promise<PassSummary> {
  const { journal, clock } = context;
  const { transferId, pass } = input;
  const names = segments(pass, input.generation);
  await journal.drop(transferId, names.state);
  await journal.drop(transferId, names.log);
  const state = await SegmentWriter.open<TargetState>(journal, transferId, names.state);
  const log = await SegmentWriter.open<ItemLogLine>(journal, transferId, names.log);

  const deletions = await resultsIn(context, transferId, names.deletions);
  const counts: Counts = {
    copiedItems: 0,
    copiedBytes: 0,
    deletedItems: 0,
    failedItems: 0,
    unsupportedItems: 0,
  };
  const at = clock.now().toISOString();
  for (let part = 1; part <= content.parts; part += 1) {
    const results = await resultsIn(context, transferId, names.results(part));
    for await (const line of readLines<ItemLine>(journal, transferId, names.items(part))) {
      const settled = settleItem(line, line.action === 'delete' ? deletions : results, at);
      if (settled.state !== null) await state.write(settled.state);
      await log.write(settled.log);
      count(counts, line, settled);
    }
  }
  await state.flush();
  await log.flush();
  const started = await readOnly<{ at: string }>(journal, transferId, names.started);
  const durationMs = Math.max(0, Date.parse(at) - Date.parse(started?.at ?? at));
  return { pass, items: content.items, bytes: content.bytes, ...counts, durationMs };
}

interface Counts {
  copiedItems: number;
  copiedBytes: number;
  deletedItems: number;
  failedItems: number;
  unsupportedItems: number;
}

interface SettledItem {
  readonly state: TargetState | null;
  readonly log: ItemLogLine;
  readonly sentBytes: number;
}

function settleItem(line: ItemLine, results: ReadonlyMap<string, ResultLine>, at: string): SettledItem {
  if (line.action === 'copy' || line.action === 'delete') {
    const result = results.get(line.path);
    if (!result) throw new MigrationError('conflict', `${line.path} has no result: its part is not done`);
    const { state, sentBytes } = result;
    const copied = result.result === 'Failed' ? null : state;
    const sizeBytes = line.action === 'copy' ? (copied ?? line).stat.sizeBytes : 0;
    return { state, log: loggedResult(result, sizeBytes), sentBytes };
  }
  const state = line.action === 'report' ? null : line.prior;
  return { state, log: loggedWithoutWork(line, at), sentBytes: 0 };
}

function count(counts: Counts, line: ItemLine, { log, sentBytes }: SettledItem): void {
  if (log.result === 'Failed') counts.failedItems += 1;
  if (log.result === 'Unsupported') counts.unsupportedItems += 1;
  if (log.result !== 'Transferred') return;
  if (line.action === 'delete') {
    counts.deletedItems += 1;
  } else {
    counts.copiedItems += 1;
    counts.copiedBytes += sentBytes;
  }
}

async function resultsIn({ journal }: FilesContext, transferId: string, segment: string) {
  const results = new Map<string, ResultLine>();
  for await (const line of readLines<ResultLine>(journal, transferId, segment)) results.set(line.path, line);
  return results;
}

/** The passes before have told all they had: the state is in this pass's, the rest in their logs and summaries. */
async function dropEarlierWork({ journal }: FilesContext, { transferId, pass }: PassInput): Promise<void> {
  if (pass === 1) return;
  const { allItems, allResults, deletions, state, again } = segments(pass - 1);
  for (const prefix of [allItems, allResults, deletions, state, again])
    await journal.drop(transferId, prefix);
}
