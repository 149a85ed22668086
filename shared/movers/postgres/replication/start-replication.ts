import type { Client } from 'pg';
import { loadSql } from '../load-sql';
import { changeState, migrationState, type MigrationState } from '../state/migration-state';
import { copyAgain } from './copy-again';
import { installFence } from './fence';
import { namesOf } from './names';
import type { Refusal } from './outcomes';
import { planTables } from './plan-tables';
import { addToPublication, createBeat, pendingTables, publish } from './publications';
import { exclusively, timedOut, type Sides } from './open-sides';
import { SIDES, type ReplicationContext } from './replication-context';
import { statusOf, type ReplicationStatus } from './replication-status';
import { createSlot } from './slots';
import { refreshPublication, subscribe, subscriptionOf } from './subscribe';
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
 * now. Call again until every table is ready (R107 R108 R123 R130). The target takes no writes from then on (R127). What the
 * servers do of it survives their crashes. While it is paused nothing is added. Refused where tables have no key or the target lacks them.
 */
export const startReplication = (
  context: ReplicationContext,
  { wholeRowTables = [] }: StartOptions = {},
): Promise<StartOutcome> =>
  exclusively(context, 'start', async (sides): Promise<StartOutcome> => {
    const refused = await prepare(context, sides, wholeRowTables);
    if (refused !== null) return refused;
    const subscription = await subscriptionOf(
      sides.target,
      namesOf(context.migrationId).subscription('forward'),
    );
    if (subscription?.enabled === true) {
      await copyAgain(context, sides, subscription);
      await addTables(context, sides);
    }
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

/** The server would copy as many at a time as its own setting says; ours may be less, and change. */
async function addTables(context: ReplicationContext, { source, target }: Sides): Promise<void> {
  const { migrationId } = context;
  const { copyWorkers } = await context.limits();
  const pending = await pendingTables(source, migrationId, 'forward');
  const subscription = namesOf(migrationId).subscription('forward');
  const copying = (await tableStates(target, subscription)).filter(({ state }) => state !== 'r');
  const room = Math.max(0, copyWorkers - copying.length);
  const large = pending.filter((table) => table.size_bytes > SMALL_BYTES).slice(0, room);
  const small = pending.filter((table) => table.size_bytes <= SMALL_BYTES);
  await addToPublication(source, migrationId, 'forward', [...large, ...small]);
  if (await lacksPublished(source, target, migrationId)) await refreshPublication(target, subscription);
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
