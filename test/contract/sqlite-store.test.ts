import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { storeSuite } from './store-suite';

storeSuite('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-store-'));
  const instances: SqliteStore[] = [];
  const open = () => {
    const instance = new SqliteStore(join(folder, 'store.db'));
    instances.push(instance);
    return instance;
  };
  return {
    store: open(),
    reopen: async () => open(),
    dispose: async () => {
      for (const instance of instances) instance.close();
      rmSync(folder, { recursive: true });
    },
  };
});
