import type { BlobTarget } from '../../../ports/blob-target';
import { openClient } from '../connect/open-client';
import type { DatabaseBackupInput, DatabaseBackupResult } from './backup-input';
import { BackupLedger } from './backup-ledger';
import { isFenced } from './fence-record';
import type { OfflineContext } from './offline-context';
import { OfflineSlice } from './offline-slice';
import { savePieces, saveText, writeManifest, type Saving } from './save-backup';
import { scriptOf } from './schema-script';
import { SnapshotHolder } from './snapshot-holder';
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
  if (!(await isFenced(context))) return failed('the source still takes writes: fence it before it is saved');
  const saving = { target, ledger, snapshot: null };
  const problem = (await ledger.isPlanned()) ? null : await plan(context, saving);
  return problem ?? save(context, saving, input.budgetMs);
}

/**
 * Saves a source that goes on serving as it is at the beginning of this call (R98 R99), which only this call can read: it takes as
 * long as it takes, and where it is stopped, the next one begins anew. Sequences are as they are a moment later, never earlier.
 */
export async function backUpServingDatabase(
  context: OfflineContext,
  target: BlobTarget,
  input: Omit<DatabaseBackupInput, 'budgetMs'>,
): Promise<DatabaseBackupResult> {
  const budgetMs = Infinity;
  const ledger = new BackupLedger(context, { ...input, budgetMs });
  const finished = await ledger.result();
  if (finished !== null) return { kind: 'done', ...finished };
  const holder = await SnapshotHolder.open(context.source);
  try {
    await ledger.forget();
    const saving = { target, ledger, snapshot: holder.snapshot };
    return (await plan(context, saving)) ?? (await save(context, saving, budgetMs));
  } finally {
    await holder.release();
  }
}

const failed = (
  reason: string,
  code: 'backup-failed' | 'source-changed' = 'backup-failed',
): DatabaseBackupResult => ({ kind: 'failed', code, reason });

/** Null once it is planned. */
async function plan(context: OfflineContext, saving: Saving): Promise<DatabaseBackupResult | null> {
  const { ledger, snapshot } = saving;
  const script = await scriptOf(context, snapshot);
  if (script.kind === 'missing') return failed(script.reason);
  await ledger.makePlan(await saveText(saving, { name: 'schema.sql', text: script.sql }), snapshot);
  return null;
}

async function save(
  context: OfflineContext,
  saving: Saving,
  budgetMs: number,
): Promise<DatabaseBackupResult> {
  const { ledger, snapshot } = saving;
  await ledger.open();
  const end = await OfflineSlice.run(context, budgetMs, {
    work: (slice) => savePieces(context, saving, slice),
    progress: () => ledger.progress(),
  });
  if (end === 'interrupted') return { kind: 'interrupted' };
  if (end === 'budget') return { kind: 'more', ...ledger.counts() };
  const changed = snapshot === null ? await changedSince(context, ledger) : null;
  if (changed !== null) return failed(changed, 'source-changed');
  const reference = await writeManifest(saving);
  await ledger.finish(reference);
  return { kind: 'done', ...reference };
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
