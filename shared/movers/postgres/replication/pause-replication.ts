import { quoteIdentifier } from '../connect/quote';
import { migrationState } from '../state/migration-state';
import { namesOf } from './names';
import { withSides } from './open-sides';
import { directionOf, subscriberOf, type ReplicationContext } from './replication-context';

/** Nothing is copied or applied any more; the side that serves keeps its log for as long: watch its slots. No-op where paused. */
export const pauseReplication = (context: ReplicationContext): Promise<void> => alter(context, 'DISABLE');

/** Goes on where it stopped; no-op where it runs. */
export const resumeReplication = (context: ReplicationContext): Promise<void> => alter(context, 'ENABLE');

const alter = (context: ReplicationContext, action: 'ENABLE' | 'DISABLE'): Promise<void> =>
  withSides(context, 'pause', async (sides) => {
    const { migrationId } = context;
    const state = await migrationState(sides.source, migrationId);
    if (state === null) return;
    const direction = directionOf(state.epoch);
    const subscription = quoteIdentifier(namesOf(migrationId).subscription(direction));
    await sides[subscriberOf(direction)].query(`ALTER SUBSCRIPTION ${subscription} ${action}`);
  });
