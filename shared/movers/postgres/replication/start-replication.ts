import type { Client } from 'pg';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { Direction } from '../postgres-context';
import { changeState, migrationState, type MigrationState } from '../state/migration-state';
import { installFence } from './fence';
import { namesOf, SCHEMA } from './names';
import type { Refusal } from './outcomes';
import { planTables } from './plan-tables';
import { exclusively, timedOut, type Sides } from './open-sides';
import { SIDES, type ReplicationContext } from './replication-context';
import { statusOf, type ReplicationStatus } from './replication-status';
import { createSlot } from './slots';
import { subscribe, subscriptionOf } from './subscribe';
import { tableStates } from './table-progress';

export interface StartOptions {
  /** `schema.name` of tables without a key whose changes may carry whole rows: slow for updates, so somebody accepted it. */
  readonly wholeRowTables?: readonly string[];
}

export type StartOutcome = { readonly kind: 'started'; readonly status: ReplicationStatus } | Refusal;

/** Tables that are begun together with any other: their copy is over before anybody could hold it back. */
const SMALL_BYTES = 8 * 2 ** 20;

/**
 * Begins to replicate the source to the target, or goes on: each call lets as many large tables into the copy as the limits allow
 * now. Call again until every table is ready (R107 R108 R123 R130). The target takes no writes from then on (R127). What the source's
 * server does of it survives its own crash and the target's. Refused where tables have no key or the target lacks them.
 */
export const startReplication = (
  context: ReplicationContext,
  { wholeRowTables = [] }: StartOptions = {},
): Promise<StartOutcome> =>
  exclusively(context, 'start', async (sides): Promise<StartOutcome> => {
    const refused = (await prepare(context, sides, wholeRowTables)) ?? (await addTables(context, sides));
    if (refused !== null) return refused;
    await noteReady(context, sides);
    return { kind: 'started', status: await statusOf(context, sides) };
  });

async function prepare(
  context: ReplicationContext,
  sides: Sides,
  wholeRowTables: readonly string[],
): Promise<Refusal | null> {
  const { migrationId } = context;
  const known = await migrationState(sides.source, migrationId);
  if (known !== null && (known.phase !== 'copying' || known.detail['prepared'] === true)) return null;
  const names = namesOf(migrationId);
  for (const side of SIDES) await installOn(sides[side], migrationId, names.beat('forward'));
  const refused = await planTables(context, sides, wholeRowTables);
  if (refused !== null) return refused;
  await installFence(sides.target, migrationId, true);
  await publish(sides.source, migrationId, 'forward');
  try {
    await createSlot(sides.source, names.slot('forward'));
  } catch (error) {
    if (timedOut(error)) return blocked;
    throw error;
  }
  await subscribe(context, sides, 'forward', { copyData: true, enabled: true });
  const subscription = await subscriptionOf(sides.target, names.subscription('forward'));
  await changeState(sides.source, migrationId, COPYING, {
    ...COPYING,
    detail: { prepared: true, subscription: subscription?.oid },
  });
  return null;
}

const COPYING: MigrationState = { epoch: 0, phase: 'copying', detail: {} };

const blocked: Refusal = {
  kind: 'refused',
  code: 'blocked',
  reason: 'A long transaction on the source keeps replication from beginning.',
};

async function installOn(client: Client, migrationId: string, beat: string): Promise<void> {
  await client.query(loadSql('replication/install'));
  await createBeat(client, beat);
  await client.query(
    'INSERT INTO causeway.state (migration_id, epoch, phase) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING',
    [migrationId, COPYING.phase],
  );
}

/** Heartbeat and sentinel of one direction; written on the side that serves, and replicated. */
export const createBeat = (client: Client, beat: string): Promise<unknown> =>
  client.query(
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(SCHEMA, beat)}
     (kind text PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  );

/** The publication of a direction with its heartbeat alone; no-op where it exists. Before its slot: the log is read from there. */
export async function publish(publisher: Client, migrationId: string, direction: Direction): Promise<void> {
  const names = namesOf(migrationId);
  const { rowCount } = await publisher.query('SELECT FROM pg_publication WHERE pubname = $1', [
    names.publication(direction),
  ]);
  if (rowCount !== 0) return;
  const publication = quoteIdentifier(names.publication(direction));
  await publisher.query(
    `CREATE PUBLICATION ${publication} FOR TABLE ${qualifiedName(SCHEMA, names.beat(direction))}`,
  );
}

interface Pending {
  readonly schema_name: string;
  readonly table_name: string;
  readonly size_bytes: number;
}

/** Tables that are followed and not published yet. */
export async function pendingTables(
  publisher: Client,
  migrationId: string,
  direction: Direction,
): Promise<readonly Pending[]> {
  const { rows } = await publisher.query<Pending>(loadSql('replication/next-tables'), [
    migrationId,
    namesOf(migrationId).publication(direction),
  ]);
  return rows;
}

export async function addToPublication(
  publisher: Client,
  migrationId: string,
  direction: Direction,
  tables: readonly Pending[],
): Promise<void> {
  if (tables.length === 0) return;
  const list = tables.map((table) => `ONLY ${qualifiedName(table.schema_name, table.table_name)}`).join(', ');
  const publication = quoteIdentifier(namesOf(migrationId).publication(direction));
  await publisher.query(`ALTER PUBLICATION ${publication} ADD TABLE ${list}`);
}

/** The server would copy as many at a time as its own setting says; ours may be less, and change. */
async function addTables(context: ReplicationContext, { source, target }: Sides): Promise<Refusal | null> {
  const { migrationId } = context;
  const { copyWorkers } = await context.limits();
  const pending = await pendingTables(source, migrationId, 'forward');
  const subscription = namesOf(migrationId).subscription('forward');
  const copying = (await tableStates(target, subscription)).filter(({ state }) => state !== 'r');
  const room = Math.max(0, copyWorkers - copying.length);
  const large = pending.filter((table) => table.size_bytes > SMALL_BYTES).slice(0, room);
  const small = pending.filter((table) => table.size_bytes <= SMALL_BYTES);
  await addToPublication(source, migrationId, 'forward', [...large, ...small]);
  if (await lacksPublished(source, target, migrationId))
    await target.query(`ALTER SUBSCRIPTION ${quoteIdentifier(subscription)} REFRESH PUBLICATION`);
  return null;
}

/** Also where an earlier call was killed between the two. */
async function lacksPublished(source: Client, target: Client, migrationId: string): Promise<boolean> {
  const names = namesOf(migrationId);
  const published = await source.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM pg_publication_tables WHERE pubname = $1',
    [names.publication('forward')],
  );
  const subscribed = await tableStates(target, names.subscription('forward'));
  return (published.rows[0]?.count ?? 0) > subscribed.length;
}

async function noteReady(context: ReplicationContext, sides: Sides): Promise<void> {
  const { migrationId } = context;
  const pending = await pendingTables(sides.source, migrationId, 'forward');
  const states = await tableStates(sides.target, namesOf(migrationId).subscription('forward'));
  if (pending.length > 0 || states.some(({ state }) => state !== 'r')) return;
  for (const side of SIDES) {
    const state = await migrationState(sides[side], migrationId);
    if (state?.phase === 'copying')
      await changeState(sides[side], migrationId, state, { epoch: 0, phase: 'replicating', detail: {} });
  }
}
