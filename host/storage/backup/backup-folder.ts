import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { backup } from 'node:sqlite';
import { checkFolder, type FolderReport } from '../check/check-folder';
import { listDataFiles } from '../data-files';
import { openSnapshot, type FolderSnapshot } from '../folder-snapshot';
import { storageFault } from '../storage-fault';

export type BackupOutcome =
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing is at the target; what was copied is kept in `partial`. */
  | { readonly kind: 'damaged'; readonly partial: string; readonly check: FolderReport }
  | { readonly kind: 'done'; readonly files: readonly CopiedFile[]; readonly check: FolderReport };

export interface CopiedFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Copies a data folder, whether a host works on it or not, and checks the copy.
 *
 * The databases are copied as of one moment, so the copy is what would be found had the machine lost power then; a host goes on from
 * it as after any such stop. All other files are copied after that moment: what a database refers to is written before it is
 * referred to, and nothing removes it. The target appears only when the copy is complete, on disk, and without findings.
 */
export const backupFolder = async (folder: string, target: string): Promise<BackupOutcome> => {
  const partial = `${target}.partial`;
  const reason = refusal(folder, target, partial);
  if (reason !== null) return { kind: 'refused', reason };
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  const { databases } = listDataFiles(folder);
  const snapshot = openSnapshot(folder, databases, { atOnce: true });
  try {
    await copyDatabases(snapshot, partial);
    for (const name of listDataFiles(folder).others)
      copyOther(path.join(folder, name), path.join(partial, name));
  } finally {
    snapshot.close();
  }
  flushFolders(partial);
  const check = checkFolder(partial);
  if (check.findingCount > 0) return { kind: 'damaged', partial, check };
  if (existsSync(target)) rmdirSync(target);
  renameSync(partial, target);
  flush(path.dirname(target));
  return { kind: 'done', files: copiedFiles(target), check: { ...check, folder: target } };
};

const refusal = (folder: string, target: string, partial: string): string | null => {
  if (`${target}${path.sep}`.startsWith(`${folder}${path.sep}`))
    return `${target} lies in the folder that is copied.`;
  if (existsSync(target) && (!statSync(target).isDirectory() || readdirSync(target).length > 0))
    return `${target} is there already and not empty: name a folder that is to be made.`;
  if (existsSync(partial)) return `${partial} is left of a backup that was cut off: delete it first.`;
  return null;
};

const copyDatabases = async ({ files }: FolderSnapshot, partial: string): Promise<void> => {
  for (const file of files) {
    if (file.kind === 'unreadable') throw new Error(`${file.name} cannot be read: ${file.problem}`);
    const copy = path.join(partial, file.name);
    mkdirSync(path.dirname(copy), { recursive: true });
    await backup(file.db, copy).catch((error: unknown) => {
      throw storageFault(error, copy);
    });
  }
};

/** A body that is being written is renamed when it is whole, and nobody refers to it before. */
const copyOther = (from: string, to: string): void => {
  mkdirSync(path.dirname(to), { recursive: true });
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  flush(to);
};

const flushFolders = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) flush(path.join(entry.parentPath, entry.name));
  flush(folder);
};

const flush = (fileOrFolder: string): void => {
  const isFolder = statSync(fileOrFolder).isDirectory();
  // Windows opens no folder, and keeps its entries without being asked.
  if (isFolder && process.platform === 'win32') return;
  const descriptor = openSync(fileOrFolder, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const copiedFiles = (folder: string): CopiedFile[] => {
  const { databases, others } = listDataFiles(folder);
  return [...databases, ...others].map((name) => ({
    name,
    sizeBytes: statSync(path.join(folder, name)).size,
  }));
};
