import path from 'node:path';

/** Primary result codes of SQLite. */
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** The primary result code where SQLite refused something; null for any other error. */
const sqliteCode = (error: unknown): number | null => {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
};

export const isBusy = (error: unknown): boolean => sqliteCode(error) === BUSY;

export const isDamage = (error: unknown): boolean => [CORRUPT, NOTADB].includes(sqliteCode(error) ?? 0);

/** A file of the data folder cannot be read or written. The message says which, why, and what to do about it. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** The same error in words for the operator, where SQLite refused something about this file; any other error as it is. */
export const storageFault = (error: unknown, file: string): unknown => {
  const code = sqliteCode(error);
  if (code === null || error instanceof StorageError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const message = `${file}: ${said}. ${REMEDIES[code]?.(path.dirname(file)) ?? 'See the cause.'}`;
  return new StorageError(`${message} What was acknowledged before is kept.`, { cause: error });
};

export const remedyOfDamage = (folder: string): string =>
  `The file is damaged: keep a copy of ${folder}, let host:check say how much is, and start on a backup.`;

const REMEDIES: Readonly<Record<number, (folder: string) => string>> = {
  [BUSY]: () => 'Another process keeps the file locked: end it, and start again.',
  [READONLY]: (folder) => `Let this user write to ${folder} and the files in it, and start again.`,
  [IOERR]: (folder) =>
    `See that the disk of ${folder} has room and that the system's log tells of no fault of it, and start again.`,
  [FULL]: (folder) => `Make room on the disk of ${folder}, and start again.`,
  [CANTOPEN]: (folder) => `See that ${folder} exists, that this user may write to it, and start again.`,
  [CORRUPT]: remedyOfDamage,
  [NOTADB]: remedyOfDamage,
};
