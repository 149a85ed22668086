import { createHash } from 'node:crypto';
import { MigrationError } from '../../../contracts/errors';
import type { BlobTarget, WriteCondition } from '../../../ports/blob-target';

const BLOCK_BYTES = 8 * 2 ** 20;

export interface SavedBlob {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Writes a blob of a backup as it comes, and reads it back: only what came back with the same hash counts (R99). What an attempt of
 * the same backup left under the name is replaced, anybody else's blob never.
 */
export async function saveBlob(
  target: BlobTarget,
  { name, backupId }: { name: string; backupId: string },
  content: AsyncIterable<Buffer>,
): Promise<SavedBlob> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const blockIds: string[] = [];
  let sizeBytes = 0;
  for await (const block of blocksOf(content)) {
    md5.update(block);
    sha256.update(block);
    sizeBytes += block.byteLength;
    const blockId = Buffer.from(String(blockIds.length).padStart(6, '0')).toString('base64');
    await target.stageBlock(name, blockId, block);
    blockIds.push(blockId);
  }
  const found = await target.properties(name);
  if (found !== null && found.metadata['causeway_backup'] !== backupId)
    throw new MigrationError('target-conflict', `${target.url}/${name} is not of this backup`);
  const condition: WriteCondition = found === null ? { kind: 'absent' } : { kind: 'etag', etag: found.etag };
  const metadata = { causeway_backup: backupId };
  await target.commitBlocks(name, blockIds, { condition, md5: md5.digest('base64'), metadata });
  const hash = sha256.digest('hex');
  if ((await hashOf(target, name)) !== hash)
    throw new MigrationError('target-conflict', `${target.url}/${name} does not hold what was written to it`);
  return { name, sizeBytes, sha256: hash };
}

async function* blocksOf(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of content) {
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < BLOCK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    heldBytes = 0;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

async function hashOf(target: BlobTarget, name: string): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const chunk of (await target.read(name)) as AsyncIterable<Buffer>) sha256.update(chunk);
  return sha256.digest('hex');
}

/** The content of a saved blob; throws `log-broken` at its end where it is not what was saved. */
export async function* readBlob(
  target: BlobTarget,
  { name, sizeBytes, sha256 }: SavedBlob,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of (await target.read(name)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    yield chunk;
  }
  if (bytes !== sizeBytes || hash.digest('hex') !== sha256)
    throw new MigrationError('log-broken', `${name} is not what was saved`);
}

export async function readWhole(target: BlobTarget, blob: SavedBlob): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBlob(target, blob)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
