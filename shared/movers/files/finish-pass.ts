import { MigrationError } from '../../contracts/errors';
import type { ItemLogLine, PassSummary } from '../../contracts/transfer';
import { applyDeletions, type DeletionsOpen } from './apply-deletions';
import type { Journal } from '../../ports/journal';
import type { PassInput } from './pass-input';
import type { FilesContext } from './files-context';
import { loggedResult, loggedWithoutWork } from './item-log';
import {
  decidedLines,
  DOUBTED,
  readLines,
  readOnly,
  readSummary,
  segments,
  type DecidedLine,
  type PassContent,
  type ResultLine,
  type TargetState,
} from './pass-journal';
import { SegmentWriter } from './segment-writer';
import { StateWriter } from './state-writer';

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
    if (summary === null) return { kind: 'interrupted' };
    await journal.drop(transferId, DOUBTED);
    await journal.append(transferId, segments(pass).summary, 0, [summary]);
  }
  await dropEarlierWork(context, input);
  const summary = finished ?? (await readSummary(journal, transferId, pass));
  if (summary === null) throw new MigrationError('internal', 'the summary just written is not there');
  return { kind: 'done', summary };
}

/**
 * Writes state and log anew from the start: an attempt that was killed may have left half of them. Null where it was told to stop;
 * it holds one part's results at a time, whatever the tree holds.
 */
async function settle(
  context: FilesContext,
  input: PassInput,
  content: PassContent,
): Promise<PassSummary | null> {
  const { journal, clock } = context;
  const { transferId, pass } = input;
  const names = segments(pass, input.generation);
  await journal.drop(transferId, names.state);
  await journal.drop(transferId, names.log);
  const state = await StateWriter.open(journal, transferId, names.state);
  const log = await SegmentWriter.open<ItemLogLine>(journal, transferId, names.log);

  const resultOf = resultsOf(context, input);
  const counts: Counts = {
    copiedItems: 0,
    copiedBytes: 0,
    deletedItems: 0,
    failedItems: 0,
    unsupportedItems: 0,
  };
  const at = clock.now().toISOString();
  for (let part = 1; part <= content.parts; part += 1) {
    for await (const line of decidedLines(journal, transferId, { ...input, part })) {
      const settled = settleItem(line, await resultOf(line, part), at);
      if (settled.state !== null) await state.write(settled.state);
      const isDurable = await log.write(settled.log);
      count(counts, line, settled);
      if (isDurable && !(await context.claim.heartbeat())) return null;
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

function settleItem(line: DecidedLine, result: ResultLine | null, at: string): SettledItem {
  if (line.action === 'copy' || line.action === 'delete') {
    if (!result) throw new MigrationError('conflict', `${line.path} has no result: its part is not done`);
    const { state, sentBytes } = result;
    const copied = result.result === 'Failed' ? null : state;
    const sizeBytes = line.action === 'copy' ? (copied ?? line).stat.sizeBytes : 0;
    return { state, log: loggedResult(result, sizeBytes), sentBytes };
  }
  const state = line.action === 'report' ? null : line.prior;
  return { state, log: loggedWithoutWork(line, at), sentBytes: 0 };
}

function count(counts: Counts, line: DecidedLine, { log, sentBytes }: SettledItem): void {
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

/** Finds results in the order of the lines: those of copies part by part, deletions one after the other. */
function resultsOf({ journal }: FilesContext, { transferId, pass, generation }: PassInput) {
  const names = segments(pass, generation);
  const deletions = readLines<ResultLine>(journal, transferId, names.deletions)[Symbol.asyncIterator]();
  let inPart = { part: 0, results: new Map<string, ResultLine>() };
  return async ({ action, path }: DecidedLine, part: number): Promise<ResultLine | null> => {
    if (action === 'delete') {
      const next = await deletions.next();
      return next.done !== true && next.value.path === path ? next.value : null;
    }
    if (action !== 'copy') return null;
    if (inPart.part !== part)
      inPart = { part, results: await resultsIn(journal, transferId, names.results(part)) };
    return inPart.results.get(path) ?? null;
  };
}

async function resultsIn(journal: Journal, transferId: string, segment: string) {
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
