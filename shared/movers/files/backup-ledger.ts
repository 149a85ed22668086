import type { FilesAsset } from '../../contracts/workload';
import type { FilesContext } from './files-context';
import type { FileLine, ManifestLine } from './backup-manifest';
import { readLines } from './pass-journal';

export interface BackupInput {
  readonly asset: FilesAsset;
  /** The transfer that knows which folder the source is, and whether it held anything. */
  readonly transferId: string;
  /** Names the backup and its blobs, and its journal; letters, digits, dashes. An attempt after a failed one adds a number. */
  readonly backupId: string;
  /** From 1; the same attempt goes on. */
  readonly attempt: number;
  readonly container: string;
  readonly budgetMs: number;
  /** Largest pack; smaller only makes sense where memory is short. */
  readonly packBytes?: number;
}

export const backupSegments = {
  started: 'started',
  lines: 'lines',
  result: 'result',
  failures: 'failures',
} as const;

/** Where a backup stands: everything up to here is in a pack that was read back. */
export interface BackupPosition {
  lines: number;
  packs: number;
  items: number;
  bytes: number;
  /** The last path dealt with. */
  after: string | null;
  /** A large file of which only the beginning is saved. */
  partial: FileLine | null;
}

export async function backupPosition({ journal }: FilesContext, backupId: string): Promise<BackupPosition> {
  const position: BackupPosition = { lines: 0, packs: 0, items: 0, bytes: 0, after: null, partial: null };
  for await (const line of readLines<ManifestLine>(journal, backupId, backupSegments.lines)) {
    advance(position, line);
  }
  return position;
}

export function advance(position: BackupPosition, line: ManifestLine): void {
  position.lines += 1;
  if (line.kind === 'pack') position.packs = line.pack;
  if ('path' in line) position.after = line.path;
  if (line.kind !== 'file') return;
  const whole = line.fileOffset + line.length === line.sizeBytes;
  position.partial = whole ? null : line;
  position.items += whole ? 1 : 0;
  position.bytes += line.length;
}
