import { createHash } from 'node:crypto';
import type { BlobTarget } from '../../../ports/blob-target';
import { markOf, type ContentHashes } from '../blob-mark';
import { InFlight } from '../in-flight';
import { hashesOf, readRange, SMALL_FILE_BYTES, withFile, type OpenFile } from '../read-file';
import type { Pace } from '../slice';
import type { SourceRoot } from '../source-root';
import type { SampledFile } from './stratified-sample';

/** Of a longer file only so much goes, from anywhere in it. */
const TRIAL_BYTES = 4 * SMALL_FILE_BYTES;

export interface TrialJob {
  readonly root: SourceRoot;
  readonly target: BlobTarget;
  readonly transferId: string;
  readonly slice: Pace;
}

/** What was sent of a file, and where it lies. */
export interface SentSample {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Sends a file, or a part of it, the way that the transfer will. Throws `SourceProblem` where it can't be read. */
export async function sendSample(job: TrialJob, file: SampledFile, name: string): Promise<SentSample> {
  return withFile(job.root, file.path, async (open) => {
    const bytes = Math.min(open.stat.sizeBytes, TRIAL_BYTES);
    const from = Math.floor(file.rank * (open.stat.sizeBytes - bytes));
    const send = bytes > SMALL_FILE_BYTES ? sendBlocks : sendWhole;
    const { sha256 } = await send(job, open, { name, from, bytes });
    return { name, path: file.path, bytes, sha256 };
  });
}

interface Piece {
  readonly name: string;
  readonly from: number;
  readonly bytes: number;
}

async function sendWhole(
  job: TrialJob,
  file: OpenFile,
  { name, from, bytes }: Piece,
): Promise<ContentHashes> {
  await job.slice.pace(1, bytes);
  const content = await readRange(file, from, bytes);
  const hashes = hashesOf(content);
  await job.target.put(name, content, conditions(job, file, hashes));
  return hashes;
}

async function sendBlocks(
  job: TrialJob,
  file: OpenFile,
  { name, from, bytes }: Piece,
): Promise<ContentHashes> {
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  const blockIds: string[] = [];
  const sending = new InFlight();
  try {
    for (let offset = 0; offset < bytes; offset += SMALL_FILE_BYTES) {
      const count = Math.min(SMALL_FILE_BYTES, bytes - offset);
      await job.slice.pace(1, count);
      const block = await readRange(file, from + offset, count);
      md5.update(block);
      sha256.update(block);
      const blockId = Buffer.from(String(blockIds.length).padStart(8, '0')).toString('base64');
      blockIds.push(blockId);
      const stage = () => job.target.stageBlock(name, blockId, block);
      await sending.add(() => job.slice.concurrency, count, stage);
    }
    await sending.drain();
  } finally {
    await sending.settle();
  }
  const hashes = { md5: md5.digest('base64'), sha256: sha256.digest('hex') };
  await job.target.commitBlocks(name, blockIds, conditions(job, file, hashes));
  return hashes;
}

const conditions = ({ transferId }: TrialJob, { stat }: OpenFile, hashes: ContentHashes) => ({
  condition: { kind: 'absent' as const },
  md5: hashes.md5,
  metadata: markOf(transferId, stat, hashes),
});

/** Whether what the service gives back is what was sent. */
export async function comesBackEqual({ target, slice }: TrialJob, sent: SentSample): Promise<boolean> {
  await slice.pace(1, sent.bytes);
  const sha256 = createHash('sha256');
  for await (const chunk of await target.read(sent.name)) sha256.update(chunk as Buffer);
  return sha256.digest('hex') === sent.sha256;
}
