import type { BlobTarget } from '../../../ports/blob-target';
import { openClient } from '../connect/open-client';
import { saveBlob, type SavedBlob } from './backup-blob';
import { largeObjectsContent, rowsContent } from './backup-content';
import type { DatabaseBackupInput, DatabaseBackupReference, DatabaseBackupResult } from './backup-input';
import { BackupLedger } from './backup-ledger';
import { beginRead } from './copy-statements';
import type { Piece } from './cut-parts';
import type { BackupLine, DatabaseManifestLine } from './database-manifest';
import { isFenced } from './fence-record';
import type { OfflineContext } from './offline-context';
import { OfflineSlice, SliceStopped } from './offline-slice';
import { scriptOf } from './schema-script';
import { compareWithMark } from './source-mark';

/**
 * Saves a fenced source whole, outside the target: its schema, the rows of every table, large objects and sequences as blobs, and a
 * manifest with the hash of each (R98 R99). Goes on with the blob it was stopped at; once done, the same call returns the same. Where
 * the source was written to meanwhile it fails: the next attempt saves everything anew, under an id of its own.
 */
export async function backUpDatabase(
  context: OfflineContext,
  target: BlobTarget,
  input: DatabaseBackupInput,
): Promise<DatabaseBackupResult> {
  const ledger = new BackupLedger(context, input);
  const finished = await ledger.result();
  if (finished !== null) return { kind: 'done', ...finished };
  if (!(await isFenced(context)))
    return {
      kind: 'failed',
      code: 'backup-failed',
      reason: 'the source still takes writes: fence it before it is saved',
    };
  if (!(await ledger.isPlanned())) {
    const script = await scriptOf(context);
    if (script.kind === 'missing') return { kind: 'failed', code: 'backup-failed', reason: script.reason };
    await ledger.makePlan(await saveText(target, ledger, { name: 'schema.sql', text: script.sql }));
  }
  await ledger.open();
  const end = await OfflineSlice.run(context, input.budgetMs, {
    work: (slice) => savePieces(context, { target, ledger, slice }),
    progress: () => ledger.progress(),
  });
  if (end === 'interrupted') return { kind: 'interrupted' };
  if (end === 'budget') return { kind: 'more', ...ledger.counts() };
  const changed = await changedSince(context, ledger);
  if (changed !== null) return { kind: 'failed', code: 'source-changed', reason: changed };
  const reference = await writeManifest(target, ledger);
  await ledger.finish(reference);
  return { kind: 'done', ...reference };
}

interface Saving {
  readonly target: BlobTarget;
  readonly ledger: BackupLedger;
  readonly slice: OfflineSlice;
}

/** As many pieces at once as the limits allow streams. */
async function savePieces(context: OfflineContext, { target, ledger, slice }: Saving): Promise<boolean> {
  const queue = ledger.openPieces()[Symbol.iterator]();
  const stream = async (): Promise<boolean> => {
    for (const { index, piece } of queue) {
      if (slice.over) return false;
      await ledger.add(index, await savePiece(context, { target, ledger, slice }, { index, piece }));
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
  { target, ledger, slice }: Saving,
  { index, piece }: { index: number; piece: Piece },
): Promise<BackupLine> {
  const source = await openClient(context.source, { name: 'offline backup', readOnly: true });
  try {
    await source.query(`SET row_security = off; ${beginRead(null)}`);
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

async function changedSince({ source, asset }: OfflineContext, ledger: BackupLedger): Promise<string | null> {
  const client = await openClient(source, { name: 'offline backup', readOnly: true });
  try {
    const compared = await compareWithMark(client, asset.schemas, ledger.plan().mark);
    return compared.kind === 'changed' ? `the source was not left alone: ${compared.reason}` : null;
  } finally {
    await client.end();
  }
}

async function writeManifest(target: BlobTarget, ledger: BackupLedger): Promise<DatabaseBackupReference> {
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
  const { name, sha256 } = await saveText(target, ledger, { name: 'manifest.jsonl', text });
  return { container: ledger.input.container, manifest: name, sha256, ...counts };
}

function saveText(
  target: BlobTarget,
  { prefix }: BackupLedger,
  { name, text }: { name: string; text: string },
): Promise<SavedBlob> {
  async function* content(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
  }
  return saveBlob(target, { name: `${prefix}/${name}`, backupId: prefix }, content());
}
