import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { SqliteEventBus } from '../../shared/adapters/sqlite/sqlite-event-bus';
import { describeEventBus } from './event-bus-suite';

describeEventBus('SqliteEventBus', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bus-'));
  const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => Date.now() });
  bus.ensureSubscription('migration-events', 'everything', { requiresSession: true });
  return {
    eventBus: new SqliteEventBus(bus),
    delivered: async () => {
      const received = bus.receive('migration-events', 'everything', 1_000);
      for (const { lockToken } of received) bus.complete(lockToken);
      return received;
    },
    close: async () => {
      bus.close();
      rmSync(folder, { recursive: true });
    },
  };
});
