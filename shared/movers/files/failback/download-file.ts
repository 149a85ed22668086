import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MigrationError } from '../../../contracts/errors';
import type { BlobProperties, BlobTarget } from '../../../ports/blob-target';
import { FileUnfinished } from '../begun-file';
import type { ContentHashes } from '../blob-mark';
import type { Pace } from '../slice';
import { fromSource, SourceProblem } from '../source-root';

const PIECE_BYTES = 8 * 2 ** 20;
const { O_CREAT, O_NOFOLLOW, O_RDWR, O_TRUNC } = constants;

/** A blob that is on its way into a file, over as many slices as it takes. */
interface Download {
  readonly etag: string;
  readonly hashes: {
    readonly md5: ReturnType<typeof createHash>;
    readonly sha256: ReturnType<typeof createHash>;
  };
  offset: number;
}

/** As of large files on their way out: hashes wait in this process; where it is gone the blob is fetched anew. */
const waiting = new Map<string, Download>();
const MAX_WAITING = 256;

/**
 * Fetches a blob into a file of its own, flushed to the disk, and gives the hashes of what came. Throws `FileUnfinished` where the
 * slice is over first, and `SourceProblem` (`changed`) where it is not the blob that was listed any more.
 */
export async function downloadFile(
  { target, slice }: { readonly target: BlobTarget; readonly slice: Pace },
  blob: BlobProperties,
  file: { readonly key: string; readonly place: Buffer },
): Promise<ContentHashes> {
  const kept = waiting.get(file.key);
  waiting.delete(file.key);
  const download = kept?.etag === blob.etag ? kept : begin(blob);
  const fresh = download.offset === 0 ? O_TRUNC : 0;
  const handle = await fromSource(() => open(file.place, O_CREAT | O_RDWR | O_NOFOLLOW | fresh, 0o600));
  try {
    while (download.offset < blob.sizeBytes) {
      const count = Math.min(PIECE_BYTES, blob.sizeBytes - download.offset);
      await slice.pace(1, count);
      const piece = await readPiece(target, blob, { offset: download.offset, count });
      await fromSource(() => handle.write(piece, 0, count, download.offset));
      download.hashes.md5.update(piece);
      download.hashes.sha256.update(piece);
      download.offset += count;
      if (slice.over && download.offset < blob.sizeBytes) {
        keep(file.key, download);
        throw new FileUnfinished();
      }
    }
    await fromSource(() => handle.sync());
  } finally {
    await handle.close();
  }
  const { md5, sha256 } = download.hashes;
  const hashes = { md5: md5.digest('base64'), sha256: sha256.digest('hex') };
  await assertStill(target, blob, hashes);
  return hashes;
}

const begin = ({ etag }: BlobProperties): Download => ({
  etag,
  hashes: { md5: createHash('md5'), sha256: createHash('sha256') },
  offset: 0,
});

function keep(key: string, download: Download): void {
  waiting.set(key, download);
  const [oldest] = waiting.keys();
  if (waiting.size > MAX_WAITING && oldest !== undefined) waiting.delete(oldest);
}

async function readPiece(
  target: BlobTarget,
  { name }: BlobProperties,
  { offset, count }: { offset: number; count: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await target.read(name, offset, count)) as AsyncIterable<Buffer>)
    chunks.push(chunk);
  const piece = Buffer.concat(chunks);
  if (piece.byteLength !== count)
    throw new SourceProblem('changed', 'the blob became shorter while it was read');
  return piece;
}

/** Pieces of two versions must not pass for one. */
async function assertStill(target: BlobTarget, blob: BlobProperties, { md5 }: ContentHashes): Promise<void> {
  const now = await target.properties(blob.name);
  if (now === null) throw new MigrationError('not-found', `${target.url}/${blob.name} is gone`);
  if (now.etag !== blob.etag) throw new SourceProblem('changed', 'the blob changed since it was listed');
  if (blob.md5 !== null && blob.md5 !== md5) {
    throw new SourceProblem('changed', 'what came is not what the service has a hash of');
  }
}
