import type { FileFormat } from './open-database';

/**
 * Lines are kept many to a row: a row each would cost most of the time of an append. A segment's key is never given twice, so a
 * reader notices when its segment was dropped and made anew.
 */
export const JOURNAL_FORMAT: FileFormat = {
  kind: 'journal',
  applicationId: 0x43576a6c,
  version: 1,
  schema: `
    CREATE TABLE segments (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      journal TEXT NOT NULL,
      name TEXT NOT NULL,
      length INTEGER NOT NULL,
      UNIQUE (journal, name)
    ) STRICT;

    CREATE TABLE chunks (
      segment INTEGER NOT NULL REFERENCES segments (key) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      lines TEXT NOT NULL,
      UNIQUE (segment, position)
    ) STRICT;
  `,
};
