export interface DatabaseBackupInput {
  /** Names the backup, its blobs and its journal; letters, digits, dashes. */
  readonly backupId: string;
  /** From 1; the same attempt goes on, a greater one saves everything anew. */
  readonly attempt: number;
  readonly container: string;
  readonly budgetMs: number;
}

/** Where a finished backup is, and what proves that it is that one. */
export interface DatabaseBackupReference {
  readonly container: string;
  /** Name of the manifest's blob. */
  readonly manifest: string;
  /** Hex SHA-256 of the manifest, which holds those of everything else. */
  readonly sha256: string;
  /** Rows. */
  readonly items: number;
  readonly bytes: number;
  readonly blobs: number;
}

export type DatabaseBackupResult =
  | ({ readonly kind: 'done' } & DatabaseBackupReference)
  | { readonly kind: 'more'; readonly items: number; readonly bytes: number }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly code: 'backup-failed' | 'source-changed'; readonly reason: string };

export interface RestoreProgress extends RestoreDatabaseResult {
  /** With rows or large objects: loaded so far, of so many. */
  readonly blobs: number;
  readonly of: number;
}

export interface RestoreDatabaseResult {
  readonly items: number;
  readonly bytes: number;
}
