import type { DatabaseSync } from 'node:sqlite';
import { listDataFiles } from '../data-files';
import { openSnapshot, type SnapshotFile } from '../folder-snapshot';
import { checkEngineFile, type EngineContents } from './check-engine-file';
import type { Finding } from './finding';

export interface FolderReport {
  readonly folder: string;
  /** A host works on the folder: each file was checked as it was at one moment. */
  readonly isRunning: boolean;
  readonly files: readonly { readonly name: string; readonly findings: number }[];
  readonly engine: EngineContents | null;
  /** At most MAX_FINDINGS of them; `findingCount` counts all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
}

const ENGINE_FILE = 'engine.db';
const MAX_FINDINGS = 200;
const MAX_DAMAGED_PAGES = 20;

/** Checks every SQLite file of a data folder, and in the engine's all that a restart depends on. Writes nothing. */
export const checkFolder = (folder: string): FolderReport => {
  const { databases } = listDataFiles(folder);
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  const report = (finding: Finding): void => {
    counts.set(finding.file, (counts.get(finding.file) ?? 0) + 1);
    if (findings.length < MAX_FINDINGS) findings.push(finding);
  };
  if (!databases.includes(ENGINE_FILE))
    report({
      file: ENGINE_FILE,
      code: 'file-missing',
      message: 'it is not there: no host ever started on this folder',
    });
  const snapshot = openSnapshot(folder, databases, { atOnce: false });
  let engine: EngineContents | null = null;
  try {
    for (const file of snapshot.files) {
      if (isWhole(file, report) && file.name === ENGINE_FILE)
        engine = checkEngineFile(file.db, (finding) => report({ file: file.name, ...finding }));
    }
  } finally {
    snapshot.close();
  }
  return {
    folder,
    isRunning: snapshot.isRunning,
    files: databases.map((name) => ({ name, findings: counts.get(name) ?? 0 })),
    engine,
    findings,
    findingCount: [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
};

/** Only what is sound as a file can be asked for what it holds. */
const isWhole = (
  file: SnapshotFile,
  report: (finding: Finding) => void,
): file is SnapshotFile & { readonly kind: 'open' } => {
  const damaged = (message: string): void => report({ file: file.name, code: 'file-damaged', message });
  if (file.kind === 'unreadable') {
    damaged(file.problem);
    return false;
  }
  try {
    const complaints = integrityComplaints(file.db);
    complaints.forEach(damaged);
    if (complaints.length > 0) return false;
    checkForeignKeys(file.name, file.db, report);
    return true;
  } catch (error) {
    damaged(error instanceof Error ? error.message : String(error));
    return false;
  }
};

const integrityComplaints = (db: DatabaseSync): string[] =>
  db
    .prepare(`PRAGMA integrity_check(${MAX_DAMAGED_PAGES})`)
    .all()
    .map((row) => String(row.integrity_check))
    .filter((line) => line !== 'ok');

const checkForeignKeys = (file: string, db: DatabaseSync, report: (finding: Finding) => void): void => {
  for (const { table, rowid, parent } of db.prepare('PRAGMA foreign_key_check').iterate()) {
    const message = `row ${String(rowid)} of ${String(table)} refers to a row of ${String(parent)} that does not exist`;
    report({ file, code: 'reference-broken', message });
  }
};
