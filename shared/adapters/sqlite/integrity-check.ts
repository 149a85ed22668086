import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { failed, ok, skipped, type Check } from '../../ports/check';

/**
 * Whether the pages of a database file fit together (`PRAGMA quick_check`). It reads the whole file, over a connection of its own
 * that cannot write; those who write go on meanwhile.
 */
export const integrityCheck = (path: string): Check => ({
  name: `sqlite:${basename(path)}`,
  mend: 'Stop the service, keep a copy of the data folder, and restore this file and its -wal from a backup.',
  run: async () => {
    if (!existsSync(path)) return skipped(`${path} is not there yet`);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const rows = database.prepare('PRAGMA quick_check(5)').all();
      const words = rows.map((row) => String(row['quick_check'])).join('; ');
      return words === 'ok' ? ok('its pages fit together') : failed(words);
    } finally {
      database.close();
    }
  },
});
