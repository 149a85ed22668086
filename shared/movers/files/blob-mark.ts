import type { BlobProperties } from '../../ports/blob-target';
import type { FileStat } from './source-root';

export interface ContentHashes {
  /** Base64. */
  readonly md5: string;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Metadata of a blob that a transfer wrote. Mode, time and owner under the names AzCopy uses (`--preserve-posix-properties`), so that
 * it can restore them too: decimal `st_mode` and nanoseconds.
 */
export const markOf = (transferId: string, stat: FileStat, { md5, sha256 }: ContentHashes) => ({
  permissions: String(stat.mode),
  modtime: stat.mtimeNs,
  posix_owner: String(stat.uid),
  posix_group: String(stat.gid),
  causeway_transfer: transferId,
  causeway_sha256: sha256,
  causeway_md5: md5,
});

export type BlobMark = ReturnType<typeof markOf>;

/**
 * Whether this transfer wrote that blob, although the journal may not know: its acknowledgement was lost. Who changes the content
 * changes the service's MD5 or loses the mark, who adds metadata adds a name.
 */
export function isMarkedBy(blob: BlobProperties, transferId: string): boolean {
  const { metadata, md5 } = blob;
  const names = Object.keys(metadata).sort().join();
  return (
    names === MARK_NAMES && metadata['causeway_transfer'] === transferId && metadata['causeway_md5'] === md5
  );
}

export const carriesMark = (blob: BlobProperties, mark: BlobMark): boolean =>
  blob.md5 === mark.causeway_md5 &&
  Object.entries(mark).every(([name, value]) => blob.metadata[name] === value) &&
  Object.keys(blob.metadata).length === Object.keys(mark).length;

const MARK_NAMES = [
  'causeway_md5',
  'causeway_sha256',
  'causeway_transfer',
  'modtime',
  'permissions',
  'posix_group',
  'posix_owner',
].join();
