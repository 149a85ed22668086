import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { SqliteDeadLetters } from '../../shared/adapters/sqlite/sqlite-dead-letters';
import { SqliteEventBus } from '../../shared/adapters/sqlite/sqlite-event-bus';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { describeDeadLetters } from './dead-letters-suite';

const TOPIC = 'migration-events';

describeDeadLetters('SqliteDeadLetters', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-dead-'));
  const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => Date.now() });
  bus.ensureSubscription(TOPIC, 'teams', { requiresSession: true, maxDeliveryCount: 2 });
  const takeAll = (settle: (lockToken: string) => unknown): string[] => {
    const ids: string[] = [];
    for (let [next] = bus.receive(TOPIC, 'teams'); next; [next] = bus.receive(TOPIC, 'teams')) {
      ids.push(next.messageId);
      settle(next.lockToken);
    }
    return ids;
  };
  return {
    deadLetters: new SqliteDeadLetters(bus),
    eventBus: new SqliteEventBus(bus, memoryClaimChecks()),
    refuseAll: async () => void takeAll((lockToken) => bus.abandon(lockToken)),
    consume: async () => takeAll((lockToken) => bus.complete(lockToken)),
    close: async () => {
      bus.close();
      rmSync(folder, { recursive: true });
    },
  };
});
