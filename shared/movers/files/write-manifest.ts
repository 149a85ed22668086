import { createHash } from 'node:crypto';
import { MigrationError } from '../../contracts/errors';
import { backupSegments, type BackupInput, type BackupPosition } from './backup-ledger';
import type { BackupReference, ManifestLine } from './backup-manifest';
import type { FilesContext } from './files-context';
import { fingerprintOf, itemsOf } from './item-fingerprint';
import { hashOfBlob } from './pack-writer';
import { readLines, readOnly } from './pass-journal';

const BLOCK_BYTES = 8 * 2 ** 20;

/** Writes the manifest of a backup whose packs are all there, reads it back, and says where it is. */
export async function writeManifest(
  context: FilesContext,
  { asset, backupId, container }: BackupInput,
  { items, bytes, packs }: BackupPosition,
): Promise<BackupReference> {
  const target = context.blobs.container(container);
  const name = `${backupId}/manifest.jsonl`;
  const started = await readOnly<{ at: string }>(context.journal, backupId, backupSegments.started);
  if (started === null) throw new MigrationError('internal', `backup ${backupId} was never started`);

  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const blockIds: string[] = [];
  const stage = async (block: Buffer) => {
    md5.update(block);
    sha256.update(block);
    const blockId = Buffer.from(String(blockIds.length).padStart(6, '0')).toString('base64');
    await target.stageBlock(name, blockId, block);
    blockIds.push(blockId);
  };
  const first: ManifestLine = {
    kind: 'backup',
    version: 1,
    backupId,
    assetId: asset.id,
    startedAt: started.at,
  };
  const last: ManifestLine = { kind: 'end', items, bytes, packs };
  for await (const block of blocksOf(manifestLines(context, backupId, { first, last }))) await stage(block);

  const hashes = { md5: md5.digest('base64'), sha256: sha256.digest('hex') };
  await commitOwned(context, { container, name, backupId, blockIds, md5: hashes.md5 });
  if ((await hashOfBlob(target, name)) !== hashes.sha256) {
    throw new MigrationError('target-conflict', `${target.url}/${name} does not hold what was written to it`);
  }
  const saved = readLines<ManifestLine>(context.journal, backupId, backupSegments.lines);
  const fingerprint = await fingerprintOf(itemsOf(saved));
  return { container, manifest: name, sha256: hashes.sha256, items, bytes, packs, fingerprint };
}

async function* manifestLines(
  { journal }: FilesContext,
  backupId: string,
  { first, last }: { first: ManifestLine; last: ManifestLine },
): AsyncGenerator<ManifestLine> {
  yield first;
  yield* readLines<ManifestLine>(journal, backupId, backupSegments.lines);
  yield last;
}

async function* blocksOf(lines: AsyncIterable<ManifestLine>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const line of lines) {
    const text = Buffer.from(`${JSON.stringify(line)}\n`);
    held.push(text);
    heldBytes += text.byteLength;
    if (heldBytes < BLOCK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    heldBytes = 0;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

/** A manifest of this backup with the same content is there already where an acknowledgement was lost. */
async function commitOwned(
  { blobs }: FilesContext,
  blob: { container: string; name: string; backupId: string; blockIds: readonly string[]; md5: string },
): Promise<void> {
  const { name, backupId, blockIds, md5 } = blob;
  const target = blobs.container(blob.container);
  const metadata = { causeway_backup: backupId };
  try {
    await target.commitBlocks(name, blockIds, { condition: { kind: 'absent' }, md5, metadata });
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'target-conflict') throw error;
    const found = await target.properties(name);
    if (found?.metadata['causeway_backup'] !== backupId || found.md5 !== md5) throw error;
  }
}
