import type { Client } from 'pg';
import { isTransient } from '../connect/postgres-error';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { migrationState, type MigrationState } from '../state/migration-state';
import { wrongPhase } from './arm-switch';
import { removeFence } from './fence';
import { namesOf, SCHEMA } from './names';
import { BUSY, close, openSide, takeLock } from './open-sides';
import type { StopOutcome } from './outcomes';
import { restoreIdentities } from './plan-tables';
import { SIDES, type ReplicationContext, type Side } from './replication-context';
import { dropSlot } from './slots';
import { unsubscribe } from './subscribe';

const DIRECTIONS = ['forward', 'back'] as const;

/**
 * Ends replication, before a seal or when the new side is trusted, and leaves nothing behind in the databases that can be reached:
 * no slot, subscription, publication, trigger, function, schema. A side that can't be reached is named; call again. The old side
 * takes writes afterwards: take away its applications first. Refused between seal and opening: go on, or `unfence`.
 */
export async function stopReplication(context: ReplicationContext): Promise<StopOutcome> {
  const reached: Partial<Record<Side, Client>> = {};
  try {
    for (const side of SIDES) {
      const client = await reach(context, side);
      if (client === null) continue;
      reached[side] = client;
      if (!(await takeLock(client, context.migrationId))) return BUSY;
    }
    const states = await statesOf(context, reached);
    if (Object.values(states).some((state) => state?.phase === 'sealed' || state?.phase === 'open'))
      return wrongPhase(states);
    const sides = SIDES.flatMap((side) => reached[side] ?? []);
    const oids = await Promise.all(sides.map((client) => subscriptionOids(client, context)));
    const noted = Object.values(states).map((state) => state?.detail['subscription']);
    for (const client of sides) await removeFollowing(client, context);
    for (const client of sides)
      await removeServing(client, context, [
        ...oids.flat(),
        ...noted.filter((oid) => typeof oid === 'string'),
      ]);
    const unreachable = SIDES.filter((side) => reached[side] === undefined);
    return unreachable.length === 0 ? { kind: 'stopped' } : { kind: 'partly', unreachable };
  } finally {
    await close(Object.values(reached));
  }
}

async function reach(context: ReplicationContext, side: Side): Promise<Client | null> {
  try {
    return await openSide(context, side, 'stop');
  } catch (error) {
    if (isTransient(error)) return null;
    throw error;
  }
}

async function statesOf(
  { migrationId }: ReplicationContext,
  { source, target }: Partial<Record<Side, Client>>,
): Promise<Record<Side, MigrationState | null>> {
  return {
    source: source ? await migrationState(source, migrationId) : null,
    target: target ? await migrationState(target, migrationId) : null,
  };
}

/** Slots of a table's copy are named after the subscription's oid, which is gone with it; the publisher's side notes it, too. */
async function subscriptionOids(client: Client, { migrationId }: ReplicationContext): Promise<string[]> {
  const names = namesOf(migrationId);
  const { rows } = await client.query<{ oid: string }>(
    'SELECT oid::text FROM pg_subscription WHERE subname = ANY ($1)',
    [[names.subscription('forward'), names.subscription('back')]],
  );
  return rows.map(({ oid }) => oid);
}

async function removeFollowing(client: Client, { migrationId }: ReplicationContext): Promise<void> {
  const names = namesOf(migrationId);
  for (const direction of DIRECTIONS) await unsubscribe(client, names.subscription(direction));
}

async function removeServing(
  client: Client,
  { migrationId }: ReplicationContext,
  subscriptionsOfOthers: readonly string[],
): Promise<void> {
  const names = namesOf(migrationId);
  const ours = DIRECTIONS.map((direction) => names.slot(direction));
  for (const slot of await slotsOf(client, ours, subscriptionsOfOthers)) await dropSlot(client, slot);
  for (const direction of DIRECTIONS)
    await client.query(`DROP PUBLICATION IF EXISTS ${quoteIdentifier(names.publication(direction))}`);
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT to_regclass('causeway.followed_table') IS NOT NULL AS known",
  );
  if (rows[0]?.known !== true) return;
  await removeFence(client, migrationId);
  await restoreIdentities(client, migrationId);
  await removeSchema(client, migrationId);
}

/** Of both directions, and those that copies of tables left. */
async function slotsOf(
  client: Client,
  ours: readonly string[],
  subscriptions: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT slot_name AS name FROM pg_replication_slots
     WHERE database = current_database() AND (slot_name = ANY ($1)
       OR slot_name LIKE ANY (SELECT 'pg\\_' || oid || '\\_sync\\_%' FROM unnest($2::text[]) AS oid)
       OR slot_name LIKE ANY (SELECT own || '\\_%\\_sync\\_%' FROM unnest($1::text[]) AS own))`,
    [ours, subscriptions],
  );
  return rows.map(({ name }) => name);
}

/** The whole schema once it serves no other migration of this database. */
async function removeSchema(client: Client, migrationId: string): Promise<void> {
  const names = namesOf(migrationId);
  for (const direction of DIRECTIONS)
    await client.query(`DROP TABLE IF EXISTS ${qualifiedName(SCHEMA, names.beat(direction))}`);
  for (const table of ['followed_table', 'state'])
    await client.query(`DELETE FROM ${SCHEMA}.${table} WHERE migration_id = $1`, [migrationId]);
  const { rowCount } = await client.query(`SELECT FROM ${SCHEMA}.state LIMIT 1`);
  if (rowCount === 0) await client.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
}
