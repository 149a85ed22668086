import type { DatabaseSync } from 'node:sqlite';

/** Runs the work as one atomic commit, taking the write lock at once so that what it reads stays true until it writes. */
export const inTransaction = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    // After some errors (disk full, I/O) SQLite has rolled back by itself.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
};
