import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournal } from '../../shared/adapters/sqlite/sqlite-journal';
import { journalSuite } from './journal-suite';

journalSuite('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-journal-'));
  const instances: SqliteJournal[] = [];
  const open = () => {
    const instance = new SqliteJournal(join(folder, 'journal.db'));
    instances.push(instance);
    return instance;
  };
  return {
    journal: open(),
    reopen: async () => open(),
    dispose: async () => {
      for (const instance of instances) instance.close();
      rmSync(folder, { recursive: true });
    },
  };
});
