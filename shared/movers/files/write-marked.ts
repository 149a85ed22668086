import { MigrationError } from '../../contracts/errors';
import type { BlobProperties, BlobTarget, WriteCondition } from '../../ports/blob-target';
import { carriesMark, isMarkedBy, type BlobMark } from './blob-mark';

/** Somebody else's blob is where this file belongs: it stays as it is, and a person decides. */
export class TargetTakenError extends Error {
  override readonly name = 'TargetTakenError';
}

export interface MarkedWrite {
  readonly name: string;
  readonly mark: BlobMark;
  /** The version the journal knows of as ours; null: none. */
  readonly priorEtag: string | null;
  /** Tries the write under a condition; throws `target-conflict`. */
  write(condition: WriteCondition): Promise<BlobProperties>;
}

/**
 * Writes over nothing but our own blob. Where the condition fails, the blob says why: an acknowledgement was lost (it's ours: either
 * what we want, or an older version of the source to be replaced), it was deleted (writing again harms nobody), or somebody else
 * wrote it (`TargetTakenError`).
 */
export async function writeMarked(target: BlobTarget, job: MarkedWrite): Promise<BlobProperties> {
  let condition: WriteCondition =
    job.priorEtag === null ? { kind: 'absent' } : { kind: 'etag', etag: job.priorEtag };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await job.write(condition);
    } catch (error) {
      const isConflict = error instanceof MigrationError && error.code === 'target-conflict';
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error;
      const found = await target.properties(job.name);
      if (found !== null && carriesMark(found, job.mark)) return found;
      condition = conditionFor(found, job.mark.causeway_transfer);
    }
  }
}

/** What a blob of ours, or none, must still be when we write; `TargetTakenError` for somebody else's. */
export function conditionFor(found: BlobProperties | null, transferId: string): WriteCondition {
  if (found === null) return { kind: 'absent' };
  if (isMarkedBy(found, transferId)) return { kind: 'etag', etag: found.etag };
  throw new TargetTakenError('the target was changed by somebody else');
}

const MAX_ATTEMPTS = 3;
