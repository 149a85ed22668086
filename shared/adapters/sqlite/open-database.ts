import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MigrationError } from '../../contracts/errors';

export interface FileFormat {
  /** What the file holds, for messages: `store`, `journal`. */
  readonly kind: string;
  /** Marks the kind in the file's header, so that one kind is never opened as another. */
  readonly applicationId: number;
  /** Rises when the tables change; kept as `PRAGMA user_version`. */
  readonly version: number;
  /** Creates the tables of this version in an empty file. */
  readonly schema: string;
}

export interface OpenOptions {
  /** How long a transaction waits for another process that is writing. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a file, or creates it with its folder. Every commit reaches the disk before it returns (WAL, synchronous=FULL).
 * Throws `unsupported` for a file of another kind or of a newer format, and leaves it unchanged.
 */
export function openDatabase(path: string, format: FileFormat, options: OpenOptions = {}): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: options.busyTimeoutMs ?? 10_000 });
  try {
    ensureFormat(database, path, format);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  } catch (error) {
    database.close();
    if (error instanceof MigrationError) throw error;
    throw new MigrationError('unsupported', `${path} cannot be opened as a ${format.kind}`, { cause: error });
  }
  return database;
}

function ensureFormat(database: DatabaseSync, path: string, format: FileFormat): void {
  if (isOfFormat(database, path, format)) return;
  // Two processes may create the same file: the second finds it made once it holds the lock.
  database.exec('BEGIN IMMEDIATE');
  if (!isOfFormat(database, path, format)) {
    database.exec(format.schema);
    database.exec(
      `PRAGMA application_id = ${format.applicationId}; PRAGMA user_version = ${format.version};`,
    );
  }
  database.exec('COMMIT');
}

/** False for an empty file. */
function isOfFormat(database: DatabaseSync, path: string, format: FileFormat): boolean {
  const version = pragma(database, 'user_version');
  const applicationId = pragma(database, 'application_id');
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
  if (version === 0 && applicationId === 0 && tables?.['count'] === 0) return false;
  if (applicationId !== format.applicationId) {
    throw new MigrationError('unsupported', `${path} is not a Causeway ${format.kind}`);
  }
  if (version !== format.version) {
    const found = `${path} is a ${format.kind} of format ${version}`;
    throw new MigrationError(
      'unsupported',
      `${found}; this version of Causeway knows format ${format.version}`,
    );
  }
  return true;
}

const pragma = (database: DatabaseSync, name: 'user_version' | 'application_id'): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
