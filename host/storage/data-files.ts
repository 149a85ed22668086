import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';

export interface DataFiles {
  /** SQLite files, by their path in the folder. */
  readonly databases: readonly string[];
  /** Everything else that must be kept: keys, secrets, bodies too large for a message. */
  readonly others: readonly string[];
}

export const LOCK_FILE = 'host.lock';
const HEADER = 'SQLite format 3\0';
/** What SQLite keeps beside a file belongs to that file; so do the journals of the lock. */
const BESIDE_A_DATABASE = /\.db-(wal|shm|journal)$/;

/** The files of a data folder, in the order of their names. A damaged database has lost its header perhaps, not its name. */
export const listDataFiles = (folder: string): DataFiles => {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith(LOCK_FILE) && !BESIDE_A_DATABASE.test(name))
    .sort();
  const isDatabase = (name: string): boolean => name.endsWith('.db') || hasHeader(path.join(folder, name));
  return {
    databases: names.filter(isDatabase),
    others: names.filter((name) => !isDatabase(name)),
  };
};

const hasHeader = (file: string): boolean => {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    readSync(descriptor, start, 0, start.length, 0);
    return start.toString('latin1') === HEADER;
  } finally {
    closeSync(descriptor);
  }
};
