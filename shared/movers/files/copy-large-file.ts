import { createHash } from 'node:crypto';
import type { BlobProperties } from '../../ports/blob-target';
import { beginReading, FileUnfinished, keepReading, takeReading, type Reading } from './begun-file';
import { carriesMark, isMarkedBy, markOf, type ContentHashes } from './blob-mark';
import type { CopyJob, Written } from './copy-job';
import { InFlight } from './in-flight';
import type { CopyItem } from './pass-journal';
import { assertUnchanged, readRange, SMALL_FILE_BYTES, type OpenFile } from './read-file';
import { SliceStopped } from './slice';
import { conditionFor, writeMarked } from './write-marked';

const MAX_BLOCKS = 50_000;
const MEBIBYTE = 2 ** 20;

/**
 * Sends a file in blocks, over as many slices as it takes: at the end of one, after at least one block, it throws `FileUnfinished`.
 * A block's id holds its number and the SHA-256 of its content, so blocks staged by an earlier slice, also one that was killed,
 * are used again exactly where the file still has that content, and two versions of a file can never mix.
 */
export async function copyLargeFile(job: CopyJob, item: CopyItem, file: OpenFile): Promise<Written> {
  const name = job.prefix + item.path;
  await job.slice.pace(1, 0);
  const found = await job.target.properties(name);
  // Before gigabytes are sent for nothing.
  if (found !== null && found.etag !== item.prior?.etag) conditionFor(found, job.transferId);

  const begun = takeReading(keyOf(job, item), file.stat);
  if (begun?.purpose !== 'send' && !item.doubted && mayBeThere(job, file, found)) {
    const present = await alreadyThere(job, file, { item, found, begun });
    if (present !== null) return present;
  }
  const reading = begun?.purpose === 'send' ? begun : beginReading('send', file.stat);
  await stageBlocks(job, file, { item, reading });
  const hashes = await hashesOf(reading, file);
  const mark = markOf(job.transferId, file.stat, hashes);
  const blob = await writeMarked(job.target, {
    name,
    mark,
    priorEtag: found?.etag ?? null,
    write: (condition) =>
      job.target.commitBlocks(name, reading.blockIds, { condition, md5: hashes.md5, metadata: mark }),
  });
  return { blob, hashes, sent: 'content' };
}

const keyOf = ({ target, transferId }: CopyJob, { path }: CopyItem): string =>
  JSON.stringify([target.url, transferId, path]);

/** Our own blob, as large as the file. */
const mayBeThere = (
  { transferId }: CopyJob,
  { stat }: OpenFile,
  found: BlobProperties | null,
): found is BlobProperties =>
  found !== null && found.sizeBytes === stat.sizeBytes && isMarkedBy(found, transferId);

/** Null unless the blob has the file's content; its metadata is brought up to date. */
async function alreadyThere(
  job: CopyJob,
  file: OpenFile,
  { item, found, begun }: { item: CopyItem; found: BlobProperties; begun: Reading | null },
): Promise<Written | null> {
  const reading = begun ?? beginReading('compare', file.stat);
  await readOn(job, file, { item, reading, use: async () => undefined });
  const hashes = await hashesOf(reading, file);
  if (hashes.sha256 !== found.metadata['causeway_sha256']) {
    job.advance(-file.stat.sizeBytes);
    return null;
  }
  const mark = markOf(job.transferId, file.stat, hashes);
  if (carriesMark(found, mark)) return { blob: found, hashes, sent: 'nothing' };
  const blob = await job.target.setMetadata(found.name, mark, found.etag);
  return { blob, hashes, sent: 'metadata' };
}

/** Everything that was sent is there when it returns or throws, whatever it throws. */
async function stageBlocks(
  job: CopyJob,
  file: OpenFile,
  { item, reading }: { item: CopyItem; reading: Reading },
): Promise<void> {
  const name = job.prefix + item.path;
  const staged = await job.target.stagedBlocks(name);
  const sending = new InFlight();
  const use = async (block: Buffer): Promise<void> => {
    const blockId = blockIdOf(reading.blockIds.length, block);
    reading.blockIds.push(blockId);
    if (staged.get(blockId) === block.byteLength) return;
    await sending.add(
      () => job.slice.concurrency,
      block.byteLength,
      async () => {
        await job.target.stageBlock(name, blockId, block);
        job.slice.arrived(block.byteLength);
      },
    );
  };
  await readOn(job, file, { item, reading, use, settle: () => sending.drain() });
}

interface ReadingOn {
  readonly item: CopyItem;
  readonly reading: Reading;
  readonly use: (block: Buffer) => Promise<void>;
  /** Waits for what `use` began, and throws where it failed. */
  readonly settle?: () => Promise<void>;
}

/** Reads from where it stands to the end, block by block; stopped before that, it is kept for the next slice. */
async function readOn(job: CopyJob, file: OpenFile, on: ReadingOn): Promise<void> {
  const { reading, settle = async () => undefined } = on;
  job.advance(reading.offset);
  try {
    await readBlocks(job, file, on);
  } catch (error) {
    // Nothing may still be on its way when a slice says that it has stopped; and what failed there is no block that is there.
    await settle();
    if (error instanceof FileUnfinished || error instanceof SliceStopped) {
      await assertUnchanged(file);
      keepReading(keyOf(job, on.item), reading);
    }
    throw error;
  }
  await settle();
}

async function readBlocks(job: CopyJob, file: OpenFile, { reading, use }: ReadingOn): Promise<void> {
  const { sizeBytes } = file.stat;
  const blockBytes = blockBytesFor(sizeBytes);
  while (reading.offset < sizeBytes) {
    const count = Math.min(blockBytes, sizeBytes - reading.offset);
    await job.slice.pace(reading.purpose === 'send' ? 1 : 0, count);
    const block = await readRange(file, reading.offset, count);
    reading.md5.update(block);
    reading.sha256.update(block);
    await use(block);
    reading.offset += count;
    job.advance(count);
    if (job.slice.over && reading.offset < sizeBytes) throw new FileUnfinished();
  }
}

async function hashesOf({ md5, sha256 }: Reading, file: OpenFile): Promise<ContentHashes> {
  await assertUnchanged(file);
  return { md5: md5.digest('base64'), sha256: sha256.digest('hex') };
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
