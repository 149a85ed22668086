import type { Client } from 'pg';
import { migrationState } from '../state/migration-state';
import { namesOf } from './names';
import { takeLock, withSides } from './open-sides';
import { directionOf, opposite, publisherOf, SIDES, type ReplicationContext } from './replication-context';
import { healthOf, type SlotHealth } from './slot-health';
import { slotOf } from './slots';
import { subscriptionOf, tellsOrigins } from './subscribe';

/**
 * The replication slots of a migration on both sides: an abandoned one fills its server's disk. At `abort` or `lost`, give
 * replication up with `stopReplication`. While a switch is armed, lets go of the log that the slot for the way back would keep.
 */
export const watchSlots = (context: ReplicationContext): Promise<readonly SlotHealth[]> =>
  withSides(context, 'slots', async (sides) => {
    const { migrationId } = context;
    const state = await migrationState(sides.source, migrationId);
    const names = namesOf(migrationId);
    if (state?.phase === 'armed' && !(await tellsOrigins(sides))) {
      const back = opposite(directionOf(state.epoch));
      const [reader, keeper] = [sides[publisherOf(directionOf(state.epoch))], sides[publisherOf(back)]];
      // Nothing was written there that would have to go back; once it is read from, its reader lets go itself.
      if ((await subscriptionOf(reader, names.subscription(back))) === null)
        await letGo(keeper, migrationId, names.slot(back));
    }
    const limits = await context.limits();
    const found = SIDES.flatMap((side) =>
      (['forward', 'back'] as const).map(async (direction) => {
        const slot = await slotOf(sides[side], names.slot(direction));
        return slot && healthOf(slot, side, limits);
      }),
    );
    return (await Promise.all(found)).filter((health) => health !== null);
  });

/** Under the migration's lock, where still armed: past the cut of a switch under way, writes of clients would be let go of. */
async function letGo(keeper: Client, migrationId: string, slot: string): Promise<void> {
  if (!(await takeLock(keeper, migrationId))) return;
  if ((await migrationState(keeper, migrationId))?.phase !== 'armed') return;
  await keeper.query(
    `SELECT pg_replication_slot_advance(slot_name, pg_current_wal_flush_lsn()) FROM pg_replication_slots
     WHERE slot_name = $1 AND NOT active`,
    [slot],
  );
}
