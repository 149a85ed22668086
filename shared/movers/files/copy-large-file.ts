import { createHash } from 'node:crypto';
import type { BlobProperties } from '../../ports/blob-target';
import { carriesMark, isMarkedBy, markOf, type ContentHashes } from './blob-mark';
import type { CopyJob, Written } from './copy-job';
import { InFlight } from './in-flight';
import type { CopyItem } from './pass-journal';
import { assertUnchanged, hashFile, readRange, SMALL_FILE_BYTES, type OpenFile } from './read-file';
import { conditionFor, writeMarked } from './write-marked';

const MAX_BLOCKS = 50_000;
const MEBIBYTE = 2 ** 20;

/**
 * Sends a file in blocks. A block's id holds its number and the SHA-256 of its content, so blocks staged by a slice that was killed are
 * used again exactly where the file still has that content, and two versions of a file can never mix. The file is read from its
 * start each time (its whole hashes need it); only missing blocks are sent. Like that a file is never split over slices' budgets.
 */
export async function copyLargeFile(job: CopyJob, item: CopyItem, file: OpenFile): Promise<Written> {
  const name = job.prefix + item.path;
  await job.slice.pace(1, 0);
  const found = await job.target.properties(name);
  // Before gigabytes are sent for nothing.
  if (found !== null && found.etag !== item.prior?.etag) conditionFor(found, job.transferId);

  const present = item.doubted ? null : await alreadyThere(job, file, found);
  if (present !== null) return present;

  const { blockIds, hashes } = await stageBlocks(job, name, file);
  await assertUnchanged(file);
  const mark = markOf(job.transferId, file.stat, hashes);
  const blob = await writeMarked(job.target, {
    name,
    mark,
    priorEtag: found?.etag ?? null,
    write: (condition) =>
      job.target.commitBlocks(name, blockIds, { condition, md5: hashes.md5, metadata: mark }),
  });
  return { blob, hashes, sent: 'content' };
}

/** Null unless our blob already has the file's content; its metadata is brought up to date. */
async function alreadyThere(
  job: CopyJob,
  file: OpenFile,
  found: BlobProperties | null,
): Promise<Written | null> {
  if (found === null || found.sizeBytes !== file.stat.sizeBytes) return null;
  if (!isMarkedBy(found, job.transferId)) return null;
  const hashes = await hashFile(file, (bytes) => job.slice.pace(0, bytes));
  if (hashes.sha256 !== found.metadata['causeway_sha256']) return null;

  job.advance(file.stat.sizeBytes);
  const mark = markOf(job.transferId, file.stat, hashes);
  if (carriesMark(found, mark)) return { blob: found, hashes, sent: 'nothing' };
  const blob = await job.target.setMetadata(found.name, mark, found.etag);
  return { blob, hashes, sent: 'metadata' };
}

async function stageBlocks(
  job: CopyJob,
  name: string,
  file: OpenFile,
): Promise<{ blockIds: string[]; hashes: ContentHashes }> {
  const { sizeBytes } = file.stat;
  const blockBytes = blockBytesFor(sizeBytes);
  const staged = await job.target.stagedBlocks(name);
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const blockIds: string[] = [];
  const limit = () => job.slice.limits.concurrencyPerSlice;
  const sending = new InFlight();
  try {
    for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
      const count = Math.min(blockBytes, sizeBytes - offset);
      await job.slice.pace(1, count);
      const block = await readRange(file, offset, count);
      md5.update(block);
      sha256.update(block);
      const blockId = blockIdOf(blockIds.length, block);
      blockIds.push(blockId);
      job.advance(count);
      if (staged.get(blockId) === count) continue;

      await sending.add(limit, count, () => job.target.stageBlock(name, blockId, block));
    }
    await sending.drain();
  } finally {
    // Nothing of this slice may still be on its way when it says that it has stopped.
    await sending.settle();
  }
  return { blockIds, hashes: { md5: md5.digest('base64'), sha256: sha256.digest('hex') } };
}

/** The same for the same size, so that staged blocks fit again: whole mebibytes, few enough. */
const blockBytesFor = (sizeBytes: number): number =>
  Math.max(SMALL_FILE_BYTES, Math.ceil(sizeBytes / MAX_BLOCKS / MEBIBYTE) * MEBIBYTE);

/** 4 bytes of number and 32 of hash: 48 characters always; ids of one blob must be equally long. */
function blockIdOf(number: number, content: Buffer): string {
  const place = Buffer.alloc(4);
  place.writeUInt32BE(number);
  return Buffer.concat([place, createHash('sha256').update(content).digest()]).toString('base64');
}
