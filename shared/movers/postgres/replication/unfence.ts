import type { Direction } from '../postgres-context';
import { isIn } from '../state/migration-state';
import { statesOf, wrongPhase } from './arm-switch';
import type { Done } from './outcomes';
import { publisherOf, subscriberOf, type ReplicationContext } from './replication-context';
import { unseal } from './prove-fence';
import { exclusively } from './open-sides';

/**
 * After a seal whose other side never opened: the old side takes writes again, armed as before. No-op where it does. Refused once the
 * other side is open; throws where it can't be asked.
 */
export const unfence = (context: ReplicationContext, direction: Direction): Promise<Done> =>
  exclusively(context, 'unfence', async (holders): Promise<Done> => {
    const states = await statesOf(context, holders);
    const [old, next] = [states[publisherOf(direction)], states[subscriberOf(direction)]];
    if (old?.phase === 'armed') return { kind: 'done' };
    if (old?.phase !== 'sealed' || !isIn(next, old.epoch - 1, 'armed')) return wrongPhase(states);
    await unseal(context, holders[publisherOf(direction)], old);
    return { kind: 'done' };
  });
