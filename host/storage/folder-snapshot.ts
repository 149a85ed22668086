import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { LOCK_FILE } from './data-files';
import { isBusy, isDamage } from './storage-fault';

/** A database as it was at the moment of the snapshot, or why it cannot be read at all. */
export type SnapshotFile =
  | { readonly name: string; readonly kind: 'open'; readonly db: DatabaseSync }
  | { readonly name: string; readonly kind: 'unreadable'; readonly problem: string };

export interface FolderSnapshot {
  /** A host works on the folder; it goes on meanwhile. */
  readonly isRunning: boolean;
  readonly files: readonly SnapshotFile[];
  close(): void;
}

/** A host gives up on a commit after two seconds: the locks on all files together take less. */
const LOCK_TIMEOUT_MS = 150;
const LOCK_ATTEMPTS = 40;

/**
 * Opens the databases for reading as of one moment, without writing to them. Of a folder that is not in use nothing is created or
 * changed, and no host can start on it until the snapshot is closed.
 * With `atOnce` writers are held back for the few milliseconds in which the snapshots are taken: together the files are then what
 * would be found had the machine lost power at that moment. Without it each file is as of a moment of its own.
 */
export const openSnapshot = (
  folder: string,
  names: readonly string[],
  { atOnce }: { readonly atOnce: boolean },
): FolderSnapshot => {
  const opened: DatabaseSync[] = [];
  const close = (): void => opened.forEach((db) => db.close());
  try {
    const isRunning = isInUse(folder, opened);
    const release = isRunning && atOnce ? holdWriters(folder, names) : (): void => undefined;
    try {
      return { isRunning, files: names.map((name) => openFile(folder, name, isRunning, opened)), close };
    } finally {
      release();
    }
  } catch (error) {
    close();
    throw error;
  }
};

/** False, and no host can start, where the lock file could be read: whoever holds it lets nobody read. */
const isInUse = (folder: string, opened: DatabaseSync[]): boolean => {
  const lockFile = path.join(folder, LOCK_FILE);
  if (!existsSync(lockFile)) return false;
  const lock = new DatabaseSync(lockFile, { readOnly: true, timeout: 0 });
  opened.push(lock);
  try {
    beginReading(lock);
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  }
};

const openFile = (folder: string, name: string, isRunning: boolean, opened: DatabaseSync[]): SnapshotFile => {
  const file = path.join(folder, name);
  try {
    const db = new DatabaseSync(isRunning ? file : atRest(file), { readOnly: true });
    opened.push(db);
    beginReading(db);
    return { name, kind: 'open', db };
  } catch (error) {
    return { name, kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
};

/** A file that nobody writes can be read without the files that SQLite would make beside it, unless it left some to be recovered. */
const atRest = (file: string): string | URL => {
  const isClean = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (!isClean || existsSync(`${file}-journal`)) return file;
  const url = pathToFileURL(file);
  url.search = 'immutable=1';
  return url;
};

const beginReading = (db: DatabaseSync): void => {
  db.exec('BEGIN');
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
};

/** Takes the write lock of every file, all or none, and returns what gives them back. */
const holdWriters = (folder: string, names: readonly string[]): (() => void) => {
  for (let attempt = 1; ; attempt += 1) {
    const held: DatabaseSync[] = [];
    const release = (): void => held.splice(0).forEach((db) => db.close());
    try {
      for (const name of names) held.push(lockForWriting(path.join(folder, name)));
      return release;
    } catch (error) {
      release();
      if (attempt === LOCK_ATTEMPTS || !isBusy(error)) throw error;
    }
  }
};

/** Nobody can write to a file that is damaged so far that it cannot be locked. */
const lockForWriting = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    if (!isDamage(error)) {
      db.close();
      throw error;
    }
  }
  return db;
};
