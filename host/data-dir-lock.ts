import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostError } from './host-error';
import { LOCK_FILE } from './storage/data-files';
import { isBusy, StorageError, storageFault } from './storage/storage-fault';

/**
 * Takes the data folder for this process, or throws HostError `data-dir-locked` or StorageError. Returns what gives it back.
 * The lock is SQLite's own on a file of its own: the operating system drops it with the process, however that ends.
 */
export const lockDataDir = (dataDir: string): (() => void) => {
  makeWritable(dataDir);
  const file = path.join(dataDir, LOCK_FILE);
  const db = openLock(file);
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw storageFault(error, file);
    const message = `Another host is using the data folder ${dataDir}, or a tool that checks or copies it.`;
    throw new HostError('data-dir-locked', message, { cause: error });
  }
  return () => db.close();
};

const makeWritable = (dataDir: string): void => {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new StorageError(`${said}. Let this user write to ${dataDir}, and start again.`, { cause: error });
  }
};

const openLock = (file: string): DatabaseSync => {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw storageFault(error, file);
  }
};
