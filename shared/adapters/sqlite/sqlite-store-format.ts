import type { FileFormat } from './open-database';

/**
 * `sequence` numbers writes: it is a document's version and its place in the change feed. A replacement is a new row with
 * the next number; AUTOINCREMENT never gives a number twice, not even after the last row was deleted.
 */
export const STORE_FORMAT: FileFormat = {
  kind: 'store',
  applicationId: 0x43577374,
  version: 1,
  schema: `
    CREATE TABLE documents (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      type TEXT NOT NULL,
      partition TEXT NOT NULL,
      id TEXT NOT NULL,
      body TEXT NOT NULL,
      UNIQUE (type, partition, id)
    ) STRICT;
    CREATE INDEX documents_in_order_of_change ON documents (type, sequence);

    CREATE TABLE index_entries (
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      id TEXT NOT NULL,
      partition TEXT NOT NULL,
      sequence INTEGER NOT NULL REFERENCES documents (sequence) ON DELETE CASCADE,
      PRIMARY KEY (type, name, value, id, partition)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX index_entries_of_document ON index_entries (sequence);
  `,
};
