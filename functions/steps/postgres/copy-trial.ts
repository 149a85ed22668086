import { CopyTrial } from '../../../shared/contracts/copy-trial';
import type { DataReport } from '../../../shared/contracts/replication';
import type { StepResult } from '../../../shared/contracts/step';
import { cutoverPartition, dataReportType } from '../../../shared/ledger/documents';
import { saveDataReport } from '../../../shared/ledger/progress';
import { tryCopy } from '../../../shared/movers/postgres';
import { interruptedOrAgain } from '../files';
import type { StepContext } from '../step';
import type { Database } from './database';

const idOf = ({ asset }: Pick<Database, 'asset'>): string => `trial.${asset.id}`;

/**
 * R81: copies a sample before anything moves, and keeps how long all of it should take. Once for a cutover. A result where a command
 * waits; a sample that can't be copied is told in the report, and stops nobody: what is in the way for good the preflight has named.
 */
export const tryCopyFirst = async (context: StepContext, database: Database): Promise<StepResult | null> => {
  if ((await readTrial(context, database)) !== null) return null;
  try {
    const trial = await tryCopy(database);
    if (trial === null) return await interruptedOrAgain(context);
    await keep(context, database, { ok: true, summary: wordsOf(trial), details: { trial: { ...trial } } });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const summary = `no sample could be copied: ${why}`.slice(0, 2_000);
    await keep(context, database, { ok: false, summary, details: {} });
  }
  return null;
};

/** Puts what the copy took beside what its sample had forecast; facts for its evidence. */
export const compareWithTrial = async (
  context: StepContext,
  database: Database,
  tookMs: number,
): Promise<{ readonly forecastMs?: number }> => {
  const kept = await readTrial(context, database);
  const trial = CopyTrial.safeParse(kept?.details['trial']).data;
  if (trial === undefined) return {};
  const known = { ...trial, tookMs };
  await keep(context, database, { ok: true, summary: wordsOf(known), details: { trial: known } });
  return { forecastMs: trial.forecastMs };
};

const readTrial = async (
  { services, cutover }: StepContext,
  database: Database,
): Promise<DataReport | null> => {
  const { store } = services.ledger;
  return (await store.read(dataReportType, cutoverPartition(cutover.id), idOf(database)))?.body ?? null;
};

const keep = (
  { services, cutover }: StepContext,
  database: Database,
  found: Pick<DataReport, 'ok' | 'summary' | 'details'>,
): Promise<void> =>
  saveDataReport(services.ledger, cutover.id, {
    ...{ id: idOf(database), kind: 'trial', assetId: database.asset.id },
    ...{ at: services.clock.now().toISOString(), ...found },
  });

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const wordsOf = ({ strata, bytes, streams, durationMs, forecastMs, tookMs }: CopyTrial): string => {
  const sampled = strata.reduce((sum, { sampledBytes }) => sum + sampledBytes, 0);
  const mb = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
  const took = tookMs === undefined ? '' : `; it took ${seconds(tookMs)}, with indexes and keys`;
  return `a sample of ${mb(sampled)} was copied in ${seconds(durationMs)}: all rows, ${mb(bytes)}, should take ${seconds(forecastMs)} by ${streams} streams${took}`;
};
