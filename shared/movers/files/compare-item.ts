import { createHash } from 'node:crypto';
import type { BlobProperties, BlobTarget } from '../../ports/blob-target';
import { carriesMark, markOf } from './blob-mark';
import { hashFile, withFile } from './read-file';
import type { Pace } from './slice';
import { SourceProblem, type SourceRoot } from './source-root';

/** Where source and target disagree. `source` and `target` say what each has, null for nothing. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'extra' | 'size' | 'content' | 'metadata' | 'read-back' | 'unreadable';
  readonly source: string | null;
  readonly target: string | null;
}

export interface Comparison {
  readonly root: SourceRoot;
  readonly target: BlobTarget;
  readonly transferId: string;
  readonly slice: Pace;
  readonly readBack: (path: string) => boolean;
  /** Whose metadata the blobs have; others than ours say nothing of the files. Absent: ours. */
  readonly metadata?: 'ours' | 'any';
}

/** Hashes a file from disk and compares it with its blob; null where nothing differs (R102 R139). */
export async function compareItem(
  comparison: Comparison,
  path: string,
  blob: BlobProperties | null,
): Promise<Difference | null> {
  const { root, slice } = comparison;
  try {
    return await withFile(root, path, async (file) => {
      const { sizeBytes } = file.stat;
      if (blob === null) return { path, kind: 'missing', source: `${sizeBytes} bytes`, target: null };
      if (blob.sizeBytes !== sizeBytes) return differs(path, 'size', sizeBytes, blob.sizeBytes);
      const hashes = await hashFile(file, (bytes) => slice.pace(0, bytes));
      const isOthers = comparison.metadata === 'any';
      const isUnknown = isOthers && blob.md5 === null;
      if (!isUnknown && blob.md5 !== hashes.md5) return differs(path, 'content', hashes.md5, blob.md5);
      const mark = markOf(comparison.transferId, file.stat, hashes);
      if (!isOthers && !carriesMark(blob, mark)) {
        return differs(path, 'metadata', JSON.stringify(mark), JSON.stringify(blob.metadata));
      }
      if (!isUnknown && !comparison.readBack(path)) return null;
      const sha256 = await readBack(comparison, blob);
      return sha256 === hashes.sha256 ? null : differs(path, 'read-back', hashes.sha256, sha256);
    });
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    return { path, kind: 'unreadable', source: error.message, target: blob?.etag ?? null };
  }
}

async function readBack({ target, slice }: Comparison, blob: BlobProperties): Promise<string> {
  await slice.pace(1, 0);
  const sha256 = createHash('sha256');
  for await (const chunk of (await target.read(blob.name)) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    await slice.pace(0, chunk.byteLength);
  }
  return sha256.digest('hex');
}

const differs = (
  path: string,
  kind: Difference['kind'],
  source: string | number,
  target: string | number | null,
): Difference => ({ path, kind, source: String(source), target: target === null ? null : String(target) });
