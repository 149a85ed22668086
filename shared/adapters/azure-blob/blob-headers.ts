import type { BlobRequestConditions } from '@azure/storage-blob';
import { MigrationError } from '../../contracts/errors';
import type { BlobProperties, PutOptions, WriteCondition } from '../../ports/blob-target';

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

export const base64 = (md5: Uint8Array | undefined): string | null =>
  md5 === undefined ? null : Buffer.from(md5).toString('base64');

/** Headers carry etags in quotes, listings don't; conditions want them. */
export function quoted(etag: string | undefined): string {
  if (etag === undefined) throw new MigrationError('internal', 'the service gave no etag');
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

/** Listings keep the case that metadata was written in, headers don't. */
export const lowerCaseKeys = (metadata: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value]));

const conditionsOf = (condition: WriteCondition): BlobRequestConditions =>
  condition.kind === 'absent' ? { ifNoneMatch: '*' } : { ifMatch: condition.etag };

/** Headers of a write: the condition, the MD5 the blob will carry, metadata. */
export const writeOptions = ({ condition, md5, metadata, contentType }: PutOptions) => ({
  conditions: conditionsOf(condition),
  metadata: { ...metadata },
  blobHTTPHeaders: {
    blobContentMD5: Buffer.from(md5, 'base64'),
    blobContentType: contentType ?? DEFAULT_CONTENT_TYPE,
  },
});

/** What a write made of the blob, without asking again. */
export const written = (
  name: string,
  sizeBytes: number,
  etag: string | undefined,
  { md5, metadata }: PutOptions,
): BlobProperties => ({ name, sizeBytes, etag: quoted(etag), md5, metadata });
