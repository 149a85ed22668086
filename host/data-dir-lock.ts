import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostError } from './host-error';

/**
 * Takes the data folder for this process, or throws HostError `data-dir-locked`. Returns what gives it back.
 * The lock is SQLite's own on a file of its own: the operating system drops it with the process, however that ends.
 */
export const lockDataDir = (dataDir: string): (() => void) => {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(path.join(dataDir, 'host.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new HostError('data-dir-locked', `Another host is using the data folder ${dataDir}.`, {
      cause: error,
    });
  }
  return () => db.close();
};
