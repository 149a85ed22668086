import type { Readable } from 'node:stream';

export interface BlobProperties {
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Base64; null where the blob was written without one. */
  readonly md5: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What must hold of the blob before it is written, so that nobody else's change is ever overwritten. */
export type WriteCondition = { readonly kind: 'absent' } | { readonly kind: 'etag'; readonly etag: string };

/**
 * One blob container. Every write carries MD5s that the service checks. A condition that does not hold throws `target-conflict`;
 * transient trouble (timeouts, 5xx, 429) is retried inside, within reason, then thrown.
 */
export interface BlobTarget {
  /** Container address without credentials, for logs and evidence. */
  readonly url: string;
  /** Service and container answer, by their clock at `serviceTime`; nothing is changed. Throws where they do not. */
  probe(): Promise<{ readonly requestId: string; readonly serviceTime: Date | null }>;
  /** Writes a whole blob in one request. */
  put(name: string, content: Buffer, options: PutOptions): Promise<BlobProperties>;
  /** Ids of blocks staged and not committed, with sizes; empty where there are none. */
  stagedBlocks(name: string): Promise<ReadonlyMap<string, number>>;
  /** Stages one block; ids of one blob have equal length. Staging an id again replaces it. */
  stageBlock(name: string, blockId: string, content: Buffer): Promise<void>;
  /** Makes the blocks, in this order, the blob. */
  commitBlocks(name: string, blockIds: readonly string[], options: PutOptions): Promise<BlobProperties>;
  /** Replaces the metadata of that version, content untouched; gives the new version. Throws `target-conflict` otherwise. */
  setMetadata(
    name: string,
    metadata: Readonly<Record<string, string>>,
    etag: string,
  ): Promise<BlobProperties>;
  /** Null where absent. */
  properties(name: string): Promise<BlobProperties | null>;
  /** Blobs below a prefix in order of name, with metadata, page by page. */
  list(prefix: string): AsyncIterable<BlobProperties>;
  /** Content, or the range [offset, offset + count). */
  read(name: string, offset?: number, count?: number): Promise<Readable>;
  /** Deletes that version; false where the blob is gone already. */
  remove(name: string, etag: string): Promise<boolean>;
}

export interface PutOptions {
  readonly condition: WriteCondition;
  /** Base64 MD5 of the whole content: becomes the blob's Content-MD5. */
  readonly md5: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType?: string;
}

/** Opens containers; the credentials are the adapter's own business. */
export interface BlobTargets {
  container(name: string): BlobTarget;
  /** How often the service answered so far that it is too busy (503, 429), retried inside. Absent: nobody counts. */
  throttledAnswers?(): number;
}
