import { MigrationError } from '../../../contracts/errors';
import { quoteIdentifier } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { namesOf } from './names';
import type { Sides } from './open-sides';
import { opposite, publisherOf, subscriberOf, type ReplicationContext } from './replication-context';
import { rowChangesAfter } from './peek-slot';
import type { Opened } from './pass-window';
import { dropSlot, releaseSlot } from './slots';
import { subscribe, subscriptionOf, tellsOrigins, unsubscribe } from './subscribe';

/** Connections, processors and disks are for the clients who come back now; the side that they left follows a moment later. */
const CLIENTS_FIRST_MS = 100;

/**
 * After a switch: ends the direction that is over, once it is certain that nothing was written after the sentinel, and lets the old
 * side follow the new one from the cut on. Repeatable. Throws where something was written: the slot that has it is kept.
 */
export async function followBack(
  context: ReplicationContext,
  sides: Sides,
  direction: Direction,
  cut: Opened,
): Promise<void> {
  const names = namesOf(context.migrationId);
  const [old, serving] = [sides[publisherOf(direction)], sides[subscriberOf(direction)]];
  const ended = await subscriptionOf(serving, names.subscription(direction));
  if (ended !== null) {
    await serving.query(`ALTER SUBSCRIPTION ${quoteIdentifier(names.subscription(direction))} DISABLE`);
    await new Promise((resolve) => setTimeout(resolve, CLIENTS_FIRST_MS));
    if (await releaseSlot(old, names.slot(direction))) await refuseLateWrites(context, sides, direction, cut);
    await unsubscribe(serving, names.subscription(direction));
  }
  await dropSlot(old, names.slot(direction));
  const back = opposite(direction);
  if (await tellsOrigins(sides)) return;
  await subscribe(context, sides, back, { copyData: false, enabled: false });
  const subscription = await subscriptionOf(old, names.subscription(back));
  if (subscription === null || subscription.enabled) return;
  // What the other side applied before the cut came from here.
  await old.query('SELECT pg_replication_origin_advance($1, $2)', [`pg_${subscription.oid}`, cut.cutLsn]);
  await old.query(`ALTER SUBSCRIPTION ${quoteIdentifier(names.subscription(back))} ENABLE`);
}

async function refuseLateWrites(
  { migrationId }: ReplicationContext,
  sides: Sides,
  direction: Direction,
  { token }: Opened,
): Promise<void> {
  const old = sides[publisherOf(direction)];
  const origins = await tellsOrigins(sides);
  const late = await rowChangesAfter(old, namesOf(migrationId), direction, { token, origins });
  if (late === 0) return;
  throw new MigrationError(
    'conflict',
    `${late} rows were changed on the old side after it was sealed; they are kept in the slot ${namesOf(migrationId).slot(direction)}`,
  );
}
