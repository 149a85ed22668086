import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { indexMemory } from '../schema/index-memory';
import type { OfflineContext } from './offline-context';
import type { OfflineSlice } from './offline-slice';
import { serverMajor } from './source-tables';

/** Statements that belong together, in one transaction of the target. */
export interface TargetStep {
  /** Unique in its pass. */
  readonly name: string;
  readonly statements: readonly string[];
}

const CLAIM = `INSERT INTO causeway.offline_step (migration_id, pass, step) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
const DONE = 'SELECT step FROM causeway.offline_step WHERE migration_id = $1 AND pass = $2';
/** For what is no B-tree, and to check foreign keys, for every stream. */
export const MAINTENANCE_MEMORY = '512MB';

export interface StepsInput {
  readonly pass: number;
  /** Begun in this order, as many at once as the limits allow streams. */
  readonly steps: readonly TargetStep[];
  readonly slice: OfflineSlice;
}

/**
 * Carries out on the target what was not carried out before; each step once, also where two calls do the same work. False where the
 * slice was over first.
 */
export async function runSteps(
  context: OfflineContext,
  { pass, steps, slice }: StepsInput,
): Promise<boolean> {
  const open = await openSteps(context, pass, steps);
  const queue = open[Symbol.iterator]();
  const streams = Array.from({ length: Math.min(slice.limits.copyWorkers, open.length) }, () =>
    runStream(context, pass, { queue, slice }),
  );
  const ends = await Promise.allSettled(streams);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return ends.every((end) => end.status === 'fulfilled' && end.value);
}

async function runStream(
  context: OfflineContext,
  pass: number,
  { queue, slice }: { queue: IterableIterator<TargetStep>; slice: OfflineSlice },
): Promise<boolean> {
  const client = await openClient(context.target, { name: 'offline finish' });
  const cut = () => void client.end().catch(() => undefined);
  slice.stopped.addEventListener('abort', cut);
  try {
    await prepare(client);
    for (const step of queue) {
      if (slice.over) return false;
      await runStep(client, [context.migrationId, pass, step.name], step.statements);
    }
    return !slice.stopped.aborted;
  } finally {
    slice.stopped.removeEventListener('abort', cut);
    cut();
  }
}

async function prepare(client: Client): Promise<void> {
  await client.query(`SET maintenance_work_mem = '${MAINTENANCE_MEMORY}'`);
  // Otherwise a server goes on for nobody with an index whose call was killed.
  if ((await serverMajor(client)) >= 14) await client.query("SET client_connection_check_interval = '1s'");
}

async function runStep(
  client: Client,
  name: readonly unknown[],
  statements: readonly string[],
): Promise<void> {
  await client.query('BEGIN');
  try {
    const { rowCount } = await client.query(CLAIM, [...name]);
    for (const statement of rowCount === 1 ? statements : []) {
      const memory = indexMemory(statement);
      if (memory !== null) await client.query(memory);
      await client.query(statement);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function openSteps(
  { target, migrationId }: OfflineContext,
  pass: number,
  steps: readonly TargetStep[],
): Promise<readonly TargetStep[]> {
  const client = await openClient(target, { name: 'offline ledger', readOnly: true });
  try {
    const { rows } = await client.query<{ step: string }>(DONE, [migrationId, pass]);
    const done = new Set(rows.map(({ step }) => step));
    return steps.filter(({ name }) => !done.has(name));
  } finally {
    await client.end();
  }
}
