import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../shared/adapters/sqlite/in-transaction';
import { HostError } from '../host-error';

/** What turns a file of schema version n into one of version n + 1, at index n. Those released never change. */
export const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE instance (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  executionId TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  customStatus TEXT,
  createdAtMs INTEGER NOT NULL,
  updatedAtMs INTEGER NOT NULL,
  parentId TEXT,
  parentExecutionId TEXT,
  parentTaskId INTEGER
) STRICT;
CREATE INDEX instance_live ON instance (no) WHERE status IN ('Running', 'Suspended');
CREATE TABLE episode (
  seq INTEGER PRIMARY KEY,
  instance INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX episode_of ON episode (instance, seq);
`,
  `
CREATE TABLE entity (
  id TEXT PRIMARY KEY,
  state TEXT,
  updatedAtMs INTEGER NOT NULL
) STRICT;
CREATE TABLE entity_lock (
  entity TEXT PRIMARY KEY,
  requestId TEXT NOT NULL,
  instanceId TEXT NOT NULL,
  executionId TEXT NOT NULL
) STRICT;
CREATE INDEX entity_lock_of ON entity_lock (instanceId);
CREATE TABLE message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX message_to ON message (target);
`,
];

/**
 * Brings the file to the version of the last migration, each in a transaction of its own, and returns the version it had.
 * A file that a later program wrote is refused with HostError `data-newer` and left as it is.
 */
export const migrate = (
  db: DatabaseSync,
  file: string,
  migrations: readonly string[] = MIGRATIONS,
): number => {
  const found = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (found > migrations.length) {
    throw new HostError(
      'data-newer',
      `${file} has schema version ${found}; this program knows versions up to ${migrations.length}. Start the program that wrote it, or a later one.`,
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue;
    inTransaction(db, () => db.exec(`${migration}; PRAGMA user_version = ${index + 1};`));
  }
  return found;
};
