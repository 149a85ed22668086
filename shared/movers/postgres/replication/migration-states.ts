import { statesOf, type States } from './arm-switch';
import { withSides } from './open-sides';
import type { ReplicationContext } from './replication-context';

/** Where both databases stand: epoch and phase. Null: replication was not begun there, or has been ended. */
export const migrationStates = (context: ReplicationContext): Promise<States> =>
  withSides(context, 'states', (sides) => statesOf(context, sides));
