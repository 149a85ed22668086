import type { StepResult } from '../../../shared/contracts/step';
import { keepReplication } from '../../../shared/ledger/standing-replications';
import {
  createRest,
  createTables,
  migrationStates,
  replicationStatus,
  resumeReplication,
  startReplication as start,
  type ReplicationStatus,
  type SchemaOutcome,
} from '../../../shared/movers/postgres';
import { interruptedOrAgain } from '../files';
import { done, failed, type StepContext } from '../step';
import { onDatabase, refused, type Database } from './database';
import { holdSchema, schemaChanged } from './schema-watch';
import { detailOf, tellStatus, tellWork } from './tell-progress';

/** A small database is copied sooner than people look again. */
const SOON_MS = 500;
const LATER_MS = 5_000;
const SMALL_BYTES = 64 * 2 ** 20;

/**
 * R107 R108 R123: has the source's schema stay as it was checked, makes the tables, begins to follow and copies what is there, by the server's own synchronisation; indexes and keys
 * come after the rows. Called again until every table is level. A replication that an earlier cutover left standing is taken over.
 */
export const startReplication = onDatabase(async (context, database) => {
  const { cutoverId, workloadId, asset } = database;
  await keepReplication(context.services.ledger, { cutoverId, workloadId, assetId: asset.id });
  if ((await migrationStates(database)).source === null) {
    const changed = schemaChanged(database, await holdSchema(database, 'source'));
    if (changed) return changed;
  }
  const tables = await createTables(database);
  if (tables.kind !== 'done') return unmade(context, tables);
  const started = await start(database);
  if (started.kind === 'refused') return refused(started);
  if (started.status.paused) await resumeReplication(database);
  const { status } = started;
  await tellStatus(context, database, status, 'copying');
  if (status.tablesReady < status.tables.length || status.phase === 'copying') return copying(status);
  await tellWork(context, database, 'indexing', 'indexes, foreign keys, triggers, statistics');
  const rest = await createRest(database);
  if (rest.kind !== 'done') return unmade(context, rest);
  const held = await holdSchema(database, 'source');
  const changed = schemaChanged(database, held);
  if (changed) return changed;
  const sizeBytes = totalBytes(status);
  return done(
    'postgres-mover',
    `${asset.id}: ${status.tables.length} tables copied (${sizeBytes} bytes), followed from now on`,
    {
      tables: status.tables.length,
      sizeBytes,
      epoch: status.epoch,
      rolesMade: [...tables.rolesMade],
      ddlGuard: held.ddlGuard,
    },
  );
});

const totalBytes = ({ tables }: ReplicationStatus): number =>
  tables.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

const copying = (status: ReplicationStatus): StepResult => ({
  kind: 'pending',
  retryAfterMs: totalBytes(status) <= SMALL_BYTES ? SOON_MS : LATER_MS,
  detail: detailOf(status),
});

const unmade = async (
  context: StepContext,
  outcome: Exclude<SchemaOutcome, { kind: 'done' }>,
): Promise<StepResult> =>
  outcome.kind === 'interrupted' ? interruptedOrAgain(context) : failed(outcome.code, outcome.reason);

/** R109 R124: waits until the side that follows is no further behind than the limit. */
export const catchUp = onDatabase(async (context, database) => {
  const status = await lookAt(context, database);
  const { lagLimitMs } = await database.limits();
  const { lagMs } = status;
  if (lagMs === null || lagMs > lagLimitMs)
    return {
      kind: 'pending',
      retryAfterMs: SOON_MS,
      detail: `${lagMs === null ? 'no lag is known yet' : `${Math.round(lagMs)} ms behind`}; ${detailOf(status)}`,
    };
  const changed = schemaChanged(database, await holdSchema(database, 'source'));
  if (changed) return changed;
  return done(
    'postgres-mover',
    `${database.asset.id}: ${Math.round(lagMs)} ms behind, ${lagLimitMs} ms are allowed`,
    {
      lagMs: Math.round(lagMs),
      forecastWindowMs: status.forecastWindowMs,
    },
  );
});

/** How it is doing now; going on where somebody had paused it. */
export const lookAt = async (context: StepContext, database: Database): Promise<ReplicationStatus> => {
  const status = await replicationStatus(database);
  if (status.paused) await resumeReplication(database);
  await tellStatus(context, database, status, status.direction === 'forward' ? 'following' : 'followed');
  return status;
};
