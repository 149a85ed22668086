import { MigrationError } from '../../../contracts/errors';
import { openClient } from '../connect/open-client';
import { openCopyConnections } from './copy-connections';
import { createRest } from '../schema/apply-schema';
import { heldLimits } from './held-limits';
import { indexSteps, keySteps } from './index-steps';
import { runSteps, MAINTENANCE_MEMORY } from './run-steps';
import type { OfflineContext } from './offline-context';
import { passSegments, readOnly } from './offline-journal';
import type {
  DatabasePassContent,
  FinishDatabasePass,
  FinishDatabasePassResult,
  StartedPass,
} from './offline-pass';
import { OfflineSlice } from './offline-slice';
import { donePieces } from './piece-ledger';
import { readSequences, setSequences } from './set-sequences';
import { compareWithMark } from './source-mark';

/** Of those that held, what evidence has room for. */
const MOST_LIMITS = 100;

type Finished = Extract<FinishDatabasePassResult, { kind: 'done' }>;

/**
 * Closes a pass whose parts are all done: sequences, the proof that the source was not written to meanwhile, indexes, constraints,
 * statistics. Repeatable; once done, the same call returns the same.
 */
export async function finishDatabasePass(
  context: OfflineContext,
  { pass, budgetMs }: FinishDatabasePass,
): Promise<FinishDatabasePassResult> {
  const { journal, migrationId } = context;
  const names = passSegments(pass);
  const finished = await readOnly<Finished>(journal, migrationId, names.summary);
  if (finished !== null) return finished;

  const content = await readOnly<DatabasePassContent>(journal, migrationId, names.content);
  if (content === null) throw new MigrationError('conflict', `pass ${pass} is not enumerated`);
  const settled = await settle(context, pass, content);
  if (settled.kind === 'failed') return settled;
  const { items, bytes } = settled.summary;
  const end = await OfflineSlice.run(context, budgetMs, {
    work: (slice) => buildIndexes(context, pass, slice),
    progress: () => ({ totalItems: items, doneItems: items, totalBytes: bytes, doneBytes: bytes }),
  });
  if (end === 'interrupted') return { kind: 'interrupted' };
  if (end === 'budget') return { kind: 'more', detail: 'keys and indexes are being built' };
  const rest = await createRest({ ...context, target: withMemory(context.target) });
  if (rest.kind !== 'done') return rest;
  const result = { ...settled, summary: await completed(context, settled.summary) };
  await journal.append(migrationId, names.summary, 0, [result]);
  return result;
}

/** Counts what came, sets the sequences and looks whether the source is the same as before its first row was read. */
async function settle(
  context: OfflineContext,
  pass: number,
  content: DatabasePassContent,
): Promise<Extract<FinishDatabasePassResult, { kind: 'done' | 'failed' }>> {
  const { asset, migrationId } = context;
  const { source, target, close } = await openCopyConnections(context);
  try {
    const done = await donePieces(target, { migrationId, pass, part: null });
    const missing = content.pieces - done.length;
    if (missing > 0)
      throw new MigrationError(
        'conflict',
        `${missing} of ${content.pieces} pieces of pass ${pass} are not copied`,
      );
    const sequences = await readSequences(source, asset.schemas);
    await setSequences(target, sequences);
    const { mark } = await startOf(context, pass);
    const compared = await compareWithMark(source, asset.schemas, mark);
    if (compared.kind === 'changed')
      return {
        kind: 'failed',
        code: 'source-changed',
        reason: `the source was not left alone: ${compared.reason}`,
      };
    const copiedItems = done.reduce((sum, { rows }) => sum + rows, 0);
    const copiedBytes = done.reduce((sum, { bytes }) => sum + bytes, 0);
    const counts = { copiedItems, copiedBytes, deletedItems: 0, failedItems: 0, unsupportedItems: 0 };
    const summary = { pass, items: copiedItems, bytes: copiedBytes, ...counts, durationMs: 0 };
    return { kind: 'done', summary, tables: content.tables, sequences: sequences.length };
  } finally {
    await close();
  }
}

/** Sessions with memory to build in, unless the connection string asks for settings of its own. */
function withMemory(connectionString: string): string {
  if (/[?&]options=/u.test(connectionString)) return connectionString;
  const option = `options=${encodeURIComponent(`-c maintenance_work_mem=${MAINTENANCE_MEMORY}`)}`;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}${option}`;
}

async function buildIndexes(context: OfflineContext, pass: number, slice: OfflineSlice): Promise<boolean> {
  const target = await openClient(context.target, { name: 'offline finish', readOnly: true });
  try {
    if (!(await runSteps(context, { pass, steps: await indexSteps(context, target), slice }))) return false;
    return await runSteps(context, { pass, steps: await keySteps(context, target), slice });
  } finally {
    await target.end();
  }
}

async function completed(
  context: OfflineContext,
  summary: Finished['summary'],
): Promise<Finished['summary']> {
  const { at } = await startOf(context, summary.pass);
  const limits = (await heldLimits(context, summary.pass)).slice(-MOST_LIMITS);
  return {
    ...summary,
    durationMs: Math.max(0, context.clock.now().getTime() - Date.parse(at)),
    limits: [...limits],
  };
}

async function startOf({ journal, migrationId }: OfflineContext, pass: number): Promise<StartedPass> {
  const started = await readOnly<StartedPass>(journal, migrationId, passSegments(pass).started);
  if (started === null) throw new MigrationError('internal', `pass ${pass} was never started`);
  return started;
}
