import { MigrationError } from '../../../contracts/errors';
import type { ItemLogLine, PassSummary } from '../../../contracts/transfer';
import type { FilesContext } from '../files-context';
import { loggedResult } from '../item-log';
import { readLines, readOnly, type ResultLine, type TargetState } from '../pass-journal';
import { SegmentWriter } from '../segment-writer';
import { backLines, backSegments, type BackContent, type BringBackInput } from './back-journal';

/** Remembers what both sides have now, completes the log and counts. Written anew by whoever comes after one that was killed. */
export async function finishBack(context: FilesContext, input: BringBackInput): Promise<PassSummary> {
  const { journal, clock } = context;
  const { transferId, failbackId, pass } = input;
  const names = backSegments(failbackId, pass);
  const content = await readOnly<BackContent>(journal, transferId, names.content);
  const started = await readOnly<{ at: string }>(journal, transferId, names.started);
  if (content === null || started === null)
    throw new MigrationError('internal', 'this pass was never listed');
  await journal.drop(transferId, names.state);
  const state = await SegmentWriter.open<TargetState>(journal, transferId, names.state);
  for await (const kept of readLines<TargetState>(journal, transferId, names.kept)) await state.write(kept);
  const counts = { copiedItems: 0, copiedBytes: 0, deletedItems: 0, failedItems: 0 };
  const { items, bytes, unsupported: unsupportedItems, deletes } = content;
  const log = await SegmentWriter.open<ItemLogLine>(journal, transferId, names.log);
  const logged = (await journal.length(transferId, names.log)) - unsupportedItems;
  let index = 0;
  for await (const line of readLines<ResultLine>(journal, transferId, names.results)) {
    if (line.state !== null) await state.write(line.state);
    if (line.result === 'Failed') counts.failedItems += 1;
    if (line.result === 'Transferred' && index < deletes) counts.deletedItems += 1;
    if (line.result === 'Transferred' && index >= deletes) counts.copiedItems += 1;
    counts.copiedBytes += line.sentBytes;
    index += 1;
    if (index > logged) await log.write(loggedResult(line, line.state?.stat.sizeBytes ?? 0));
  }
  // What was not done stays as both sides had it.
  for await (const { prior } of backLines(journal, input, index))
    if (prior !== null) await state.write(prior);
  await state.flush();
  await log.flush();
  const at = clock.now().toISOString();
  const durationMs = Math.max(0, Date.parse(at) - Date.parse(started.at));
  const summary: PassSummary = { pass, items, bytes, ...counts, unsupportedItems, durationMs };
  await journal.append(transferId, names.summary, 0, [summary]);
  for (const segment of [names.kept, names.deletes, names.writes, names.results]) {
    await journal.drop(transferId, segment);
  }
  return summary;
}

/** Every line of a failback's log (R133), pass by pass. */
export async function* exportBackLog(
  { journal }: Pick<FilesContext, 'journal'>,
  { transferId, failbackId }: Pick<BringBackInput, 'transferId' | 'failbackId'>,
): AsyncGenerator<ItemLogLine & { readonly pass: number }> {
  for (let pass = 1; ; pass += 1) {
    const names = backSegments(failbackId, pass);
    if ((await journal.length(transferId, names.summary)) === 0) return;
    for await (const line of readLines<ItemLogLine>(journal, transferId, names.log)) yield { pass, ...line };
  }
}
