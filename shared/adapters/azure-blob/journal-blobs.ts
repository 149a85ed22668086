import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { isRestError, type AppendBlobClient, type ContainerClient } from '@azure/storage-blob';
import { MigrationError } from '../../contracts/errors';
import { asMigrationError, isBlobNotFound } from './as-migration-error';
import { lowerCaseKeys, quoted } from './blob-headers';
import { parsePartName } from './journal-names';
import { retryTransient, type RetryPolicy } from './retry-transient';

/** One append blob of a segment; a segment that outgrows a blob goes on in the next. */
export interface Part {
  readonly name: string;
  readonly segment: string;
  /** Position in the segment of its first line. */
  readonly first: number;
  readonly sizeBytes: number;
  readonly etag: string;
  /** The same in all parts of a segment from its first line to its drop. */
  readonly incarnation: string;
}

/** A condition of a write did not hold, or the blob is gone: look again. */
export const LOST = Symbol('lost');

/** The requests that journals make. Transient trouble is retried; other refusals come as `MigrationError`. */
export class JournalBlobs {
  constructor(
    private readonly container: ContainerClient,
    private readonly retry: RetryPolicy,
  ) {}

  /** Blobs whose names start so, in order of name; within a segment the oldest part first. */
  async *list(prefix: string): AsyncIterable<Part> {
    let continuationToken: string | undefined;
    do {
      const settings = continuationToken === undefined ? {} : { continuationToken };
      const page = await this.attempt(prefix, async (abortSignal) => {
        const options = { prefix, includeMetadata: true, abortSignal };
        const next = await this.container.listBlobsFlat(options).byPage(settings).next();
        return next.done === true ? null : next.value;
      });
      for (const { name, properties, metadata } of page?.segment.blobItems ?? []) {
        const named = parsePartName(name);
        const { incarnation = '' } = lowerCaseKeys(metadata ?? {});
        const sizeBytes = properties.contentLength ?? 0;
        if (named) yield { name, ...named, sizeBytes, etag: quoted(properties.etag), incarnation };
      }
      continuationToken = page?.continuationToken;
    } while (continuationToken);
  }

  /** Null where absent. */
  async properties(name: string): Promise<{ sizeBytes: number; incarnation: string } | null> {
    try {
      const found = await this.request(name, (blob, abortSignal) => blob.getProperties({ abortSignal }));
      return { sizeBytes: found.contentLength ?? 0, incarnation: found.metadata?.['incarnation'] ?? '' };
    } catch (error) {
      if (isBlobNotFound(error)) return null;
      throw asMigrationError(error, name);
    }
  }

  /** Exactly those bytes; null where the blob is gone or shorter. */
  async read(
    name: string,
    offset: number,
    count: number,
  ): Promise<{ bytes: Buffer; incarnation: string } | null> {
    try {
      return await this.request(name, async (blob, abortSignal) => {
        const { readableStreamBody, metadata } = await blob.download(offset, count, { abortSignal });
        const bytes = readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
        return bytes.length === count ? { bytes, incarnation: metadata?.['incarnation'] ?? '' } : null;
      });
    } catch (error) {
      if (isBlobNotFound(error) || (isRestError(error) && error.statusCode === 416)) return null;
      throw asMigrationError(error, name);
    }
  }

  /** Creates it empty, in the place of the version `replaces` where that is given; its etag, or lost to another. */
  async create(name: string, incarnation: string, replaces: string | null): Promise<string | typeof LOST> {
    const conditions = replaces === null ? { ifNoneMatch: '*' } : { ifMatch: replaces };
    return this.write(name, async (blob, abortSignal) => {
      const options = { conditions, metadata: { incarnation }, abortSignal };
      return blob.create({ ...options, blobHTTPHeaders: { blobContentType: 'application/jsonl' } });
    });
  }

  /** Adds a block to that very version; its new etag, or lost to another. */
  async append(
    { name, etag, sizeBytes }: Pick<Part, 'name' | 'etag' | 'sizeBytes'>,
    block: Buffer,
  ): Promise<string | typeof LOST> {
    const conditions = { ifMatch: etag, appendPosition: sizeBytes };
    const transactionalContentMD5 = createHash('md5').update(block).digest();
    return this.write(name, async (blob, abortSignal) =>
      blob.appendBlock(block, block.length, { conditions, transactionalContentMD5, abortSignal }),
    );
  }

  /** Of that version only where given. False where it was not that one; true also where it is gone already. */
  async remove(name: string, etag?: string): Promise<boolean> {
    try {
      const conditions = etag === undefined ? {} : { ifMatch: etag };
      await this.request(name, (blob, abortSignal) => blob.delete({ conditions, abortSignal }));
      return true;
    } catch (error) {
      if (isBlobNotFound(error)) return true;
      if (isConditionNotMet(error)) return false;
      throw asMigrationError(error, name);
    }
  }

  private async write(
    name: string,
    write: (blob: AppendBlobClient, signal: AbortSignal) => Promise<{ etag?: string }>,
  ): Promise<string | typeof LOST> {
    try {
      return quoted((await this.request(name, write)).etag);
    } catch (error) {
      if (isConditionNotMet(error) || isBlobNotFound(error)) return LOST;
      throw asMigrationError(error, name);
    }
  }

  private async attempt<T>(subject: string, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await retryTransient(this.retry, request);
    } catch (error) {
      throw asMigrationError(error, subject);
    }
  }

  private request<T>(name: string, request: (blob: AppendBlobClient, signal: AbortSignal) => Promise<T>) {
    const blob = this.container.getAppendBlobClient(name);
    return retryTransient(this.retry, (signal) => request(blob, signal));
  }
}

/** 409 where a blob must not exist and does, 412 for every other condition. */
const isConditionNotMet = (error: unknown): boolean =>
  isRestError(error) &&
  (error.statusCode === 412 || (error.statusCode === 409 && error.code === 'BlobAlreadyExists'));

/** For a reader whose segment is no longer the one it began with. */
export const droppedWhileRead = (segment: string): MigrationError =>
  new MigrationError('conflict', `Segment ${segment} was dropped while read`);
