import type { BlobTarget } from '../../../ports/blob-target';
import { openClient } from '../connect/open-client';
import { saveBlob, type SavedBlob } from './backup-blob';
import { largeObjectsContent, rowsContent } from './backup-content';
import type { DatabaseBackupReference } from './backup-input';
import type { BackupLedger } from './backup-ledger';
import { beginRead } from './copy-statements';
import type { Piece } from './cut-parts';
import type { BackupLine, DatabaseManifestLine } from './database-manifest';
import type { OfflineContext } from './offline-context';
import { SliceStopped, type OfflineSlice } from './offline-slice';

/** What is saved where. */
export interface Saving {
  readonly target: BlobTarget;
  readonly ledger: BackupLedger;
  /** The state that is read; null: the source takes no writes. */
  readonly snapshot: string | null;
}

/** As many pieces at once as the limits allow streams; false where the slice was over first. */
export async function savePieces(
  context: OfflineContext,
  saving: Saving,
  slice: OfflineSlice,
): Promise<boolean> {
  const { ledger } = saving;
  const queue = ledger.openPieces()[Symbol.iterator]();
  const stream = async (): Promise<boolean> => {
    for (const { index, piece } of queue) {
      if (slice.over) return false;
      await ledger.add(index, await savePiece(context, saving, { index, piece, slice }));
    }
    return true;
  };
  const streams = Array.from({ length: slice.limits.copyWorkers }, stream);
  const ends = await Promise.allSettled(streams);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return ends.every((end) => end.status === 'fulfilled' && end.value);
}

async function savePiece(
  context: OfflineContext,
  { target, ledger, snapshot }: Saving,
  { index, piece, slice }: { index: number; piece: Piece; slice: OfflineSlice },
): Promise<BackupLine> {
  const source = await openClient(context.source, { name: 'offline backup', readOnly: true });
  try {
    await source.query(`SET row_security = off; ${beginRead(snapshot)}`);
    const content =
      piece.kind === 'table' ? rowsContent(source, piece, slice) : largeObjectsContent(source, piece, slice);
    const name = `${ledger.prefix}/rows/${String(index + 1).padStart(6, '0')}`;
    const blob = await saveBlob(target, { name, backupId: ledger.prefix }, content.chunks);
    if (slice.stopped.aborted) throw new SliceStopped();
    const rows = content.rows();
    if (piece.kind === 'large-objects') return { kind: 'large-objects', ...blob, rows };
    const { schema, name: table, columns, format } = piece.table;
    return { kind: 'rows', ...blob, schema, table, columns: [...columns], format, rows };
  } finally {
    await source.end();
  }
}

/** The last blob: without it there is no backup. */
export async function writeManifest(saving: Saving): Promise<DatabaseBackupReference> {
  const { ledger } = saving;
  const { startedAt, schema, sequences } = ledger.plan();
  const counts = { ...ledger.counts(), blobs: ledger.lines().length + 1 };
  const lines: DatabaseManifestLine[] = [
    { kind: 'database-backup', version: 1, backupId: ledger.prefix, assetId: ledger.assetId, startedAt },
    { kind: 'schema', ...schema },
    ...ledger.lines(),
    ...sequences.map((sequence) => ({ kind: 'sequence' as const, ...sequence })),
    { kind: 'end', ...counts },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { name, sha256 } = await saveText(saving, { name: 'manifest.jsonl', text });
  return { container: ledger.input.container, manifest: name, sha256, ...counts };
}

export function saveText(
  { target, ledger: { prefix } }: Saving,
  { name, text }: { name: string; text: string },
): Promise<SavedBlob> {
  async function* content(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
  }
  return saveBlob(target, { name: `${prefix}/${name}`, backupId: prefix }, content());
}
