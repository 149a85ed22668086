import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { storeSuite } from './store-suite';

storeSuite('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-store-'));
  const open = () => new SqliteStore(join(folder, 'store.db'));
  const instances = [open()];
  return {
    store: instances[0]!,
    reopen: async () => {
      const instance = open();
      instances.push(instance);
      return instance;
    },
    dispose: async () => {
      for (const instance of instances) instance.close();
      rmSync(folder, { recursive: true });
    },
  };
});
