import { CopyTrial } from '../../../shared/contracts/copy-trial';
import type { StepResult } from '../../../shared/contracts/step';
import { tryCopy } from '../../../shared/movers/postgres';
import { interruptedOrAgain } from '../files';
import { keepFailedTrial, keepTrial, megabytes, readTrial, seconds } from '../kept-trial';
import type { StepContext } from '../step';
import type { Database } from './database';

/**
 * R81: copies a sample before anything moves, and keeps how long all of it should take. Once for a cutover. A result where a command
 * waits; a sample that can't be copied is told in the report, and stops nobody: what is in the way for good the preflight has named.
 */
export const tryCopyFirst = async (context: StepContext, database: Database): Promise<StepResult | null> => {
  const { id } = database.asset;
  if ((await readTrial(context, id)) !== null) return null;
  try {
    const trial = await tryCopy(database);
    if (trial === null) return await interruptedOrAgain(context);
    await keepTrial(context, id, { ok: true, summary: wordsOf(trial), details: { trial: { ...trial } } });
  } catch (error) {
    await keepFailedTrial(context, id, error);
  }
  return null;
};

/** Puts what the copy took beside what its sample had forecast; facts for its evidence. */
export const compareWithTrial = async (
  context: StepContext,
  database: Database,
  tookMs: number,
): Promise<{ readonly forecastMs?: number }> => {
  const { id } = database.asset;
  const kept = await readTrial(context, id);
  const trial = CopyTrial.safeParse(kept?.details['trial']).data;
  if (trial === undefined) return {};
  const known = { ...trial, tookMs };
  await keepTrial(context, id, { ok: true, summary: wordsOf(known), details: { trial: known } });
  return { forecastMs: trial.forecastMs };
};

const wordsOf = ({ strata, bytes, streams, durationMs, forecastMs, tookMs }: CopyTrial): string => {
  const sampled = strata.reduce((sum, { sampledBytes }) => sum + sampledBytes, 0);
  const took = tookMs === undefined ? '' : `; it took ${seconds(tookMs)}, with indexes and keys`;
  return `a sample of ${megabytes(sampled)} was copied in ${seconds(durationMs)}: all rows, ${megabytes(bytes)}, should take ${seconds(forecastMs)} by ${streams} streams${took}`;
};
