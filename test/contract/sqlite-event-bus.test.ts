import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderClaimChecks } from '../../shared/adapters/local/folder-claim-checks';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { SqliteEventBus } from '../../shared/adapters/sqlite/sqlite-event-bus';
import { describeEventBus } from './event-bus-suite';

describeEventBus('SqliteEventBus', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bus-'));
  const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => Date.now() });
  bus.ensureSubscription('migration-events', 'everything', { requiresSession: true });
  const claimChecks = new FolderClaimChecks(join(folder, 'claim-checks'));
  return {
    eventBus: new SqliteEventBus(bus, claimChecks),
    claimChecks,
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
