import type { ItemResult } from '../../contracts/transfer';
import type { BlobProperties } from '../../ports/blob-target';
import { markOf, type BlobMark } from './blob-mark';
import type { CopyJob, Written } from './copy-job';
import { copyLargeFile } from './copy-large-file';
import type { CopyItem, TargetState } from './pass-journal';
import { assertUnchanged, hashesOf, readRange, SMALL_FILE_BYTES, withFile, type OpenFile } from './read-file';
import { writeMarked } from './write-marked';

export interface CopyOutcome {
  readonly result: Extract<ItemResult, 'Transferred' | 'NoCopyNecessary'>;
  readonly state: TargetState;
  readonly reason: string | null;
  readonly sentBytes: number;
}

/**
 * Makes the blob what the file is now: content, mode, time and owner. Repeatable: what is already there isn't sent again. Throws
 * `SourceProblem` or `TargetTakenError`.
 */
export async function copyFile(job: CopyJob, item: CopyItem): Promise<CopyOutcome> {
  return withFile(job.root, item.path, async (file) => {
    const copy = file.stat.sizeBytes > SMALL_FILE_BYTES ? copyLargeFile : copySmallFile;
    return outcome(item, file, await copy(job, item, file));
  });
}

async function copySmallFile(job: CopyJob, item: CopyItem, file: OpenFile): Promise<Written> {
  const { target, slice } = job;
  const { sizeBytes } = file.stat;
  await slice.pace(1, sizeBytes);
  const content = await readRange(file, 0, sizeBytes);
  await assertUnchanged(file);
  const hashes = hashesOf(content);
  job.advance(sizeBytes);

  const mark = markOf(job.transferId, file.stat, hashes);
  const known = item.doubted ? null : item.prior;
  const sameContent = known?.sha256 === hashes.sha256;
  if (known && sameContent && sameMark(markOf(job.transferId, known.stat, known), mark)) {
    return { blob: asBlob(known), hashes, sent: 'nothing' };
  }
  const name = job.prefix + item.path;
  let sent: Written['sent'] = 'content';
  const blob = await writeMarked(target, {
    name,
    mark,
    priorEtag: item.prior?.etag ?? null,
    write: (condition) => {
      const onlyMetadata = sameContent && condition.kind === 'etag' && condition.etag === known?.etag;
      sent = onlyMetadata ? 'metadata' : 'content';
      return onlyMetadata
        ? target.setMetadata(name, mark, condition.etag)
        : target.put(name, content, { condition, md5: hashes.md5, metadata: mark });
    },
  });
  return { blob, hashes, sent };
}

function outcome(item: CopyItem, file: OpenFile, { blob, hashes, sent }: Written): CopyOutcome {
  const { stat, settled } = file;
  const state = { path: item.path, stat, ...hashes, etag: blob.etag, settled };
  if (sent === 'content') {
    return { result: 'Transferred', state, reason: item.note, sentBytes: stat.sizeBytes };
  }
  const reason = sent === 'metadata' ? 'same content: only mode, time or owner was written' : null;
  return { result: 'NoCopyNecessary', state, reason, sentBytes: 0 };
}

const sameMark = (a: BlobMark, b: BlobMark): boolean => JSON.stringify(a) === JSON.stringify(b);

const asBlob = ({ path, stat, md5, etag }: TargetState): BlobProperties => ({
  name: path,
  sizeBytes: stat.sizeBytes,
  etag,
  md5,
  metadata: {},
});
