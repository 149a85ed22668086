import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { MigrationError } from '../../contracts/errors';
import type { BlobProperties, BlobTarget, PutOptions } from '../../ports/blob-target';
import { base64, lowerCaseKeys, quoted, writeOptions, written } from './blob-headers';
import { asMigrationError, isBlobNotFound } from './as-migration-error';
import type { BlobSignIn } from './blob-sign-in';
import { retryTransient, type RetryPolicy } from './retry-transient';

const LIST_PAGE_SIZE = 5_000;
/** Times a broken download goes on where it broke off, under the same etag. */
const DOWNLOAD_RESUMES = 5;

/** One container of a storage account. Metadata names come back in lower case, as HTTP headers do. */
export class AzureBlobTarget implements BlobTarget {
  readonly url: string;

  constructor(
    private readonly signIn: BlobSignIn,
    private readonly name: string,
    private readonly retry: RetryPolicy,
  ) {
    this.url = signIn.urlOf(name);
  }

  async probe(): Promise<{ requestId: string; serviceTime: Date | null }> {
    try {
      const { requestId, date } = await this.request((container, abortSignal) =>
        container.getProperties({ abortSignal }),
      );
      if (!requestId) throw new MigrationError('internal', `${this.url} answered without a request id`);
      return { requestId, serviceTime: date ?? null };
    } catch (error) {
      throw asMigrationError(error, this.url);
    }
  }

  async put(name: string, content: Buffer, options: PutOptions): Promise<BlobProperties> {
    const { etag } = await this.call(name, (blob, abortSignal) =>
      blob.upload(content, content.byteLength, {
        ...writeOptions(options),
        transactionalContentMD5: Buffer.from(options.md5, 'base64'),
        abortSignal,
      }),
    );
    return written(name, content.byteLength, etag, options);
  }

  async stagedBlocks(name: string): Promise<ReadonlyMap<string, number>> {
    try {
      const list = await this.attempt(name, (blob, abortSignal) =>
        blob.getBlockList('uncommitted', { abortSignal }),
      );
      return new Map(list.uncommittedBlocks?.map((block) => [block.name, block.size]));
    } catch (error) {
      if (isBlobNotFound(error)) return new Map();
      throw asMigrationError(error, this.subject(name));
    }
  }

  async stageBlock(name: string, blockId: string, content: Buffer): Promise<void> {
    const transactionalContentMD5 = createHash('md5').update(content).digest();
    await this.call(name, (blob, abortSignal) =>
      blob.stageBlock(blockId, content, content.byteLength, { transactionalContentMD5, abortSignal }),
    );
  }

  async commitBlocks(
    name: string,
    blockIds: readonly string[],
    options: PutOptions,
  ): Promise<BlobProperties> {
    const { etag } = await this.call(name, (blob, abortSignal) =>
      blob.commitBlockList([...blockIds], { ...writeOptions(options), abortSignal }),
    );
    const properties = await this.properties(name);
    if (properties?.etag !== quoted(etag)) {
      throw new MigrationError(
        'target-conflict',
        `${this.subject(name)}: replaced right after it was written`,
      );
    }
    return properties;
  }

  async setMetadata(
    name: string,
    metadata: Readonly<Record<string, string>>,
    etag: string,
  ): Promise<BlobProperties> {
    await this.call(name, (blob, abortSignal) =>
      blob.setMetadata({ ...metadata }, { conditions: { ifMatch: etag }, abortSignal }),
    );
    const properties = await this.properties(name);
    if (properties === null) throw new MigrationError('target-conflict', `${this.subject(name)}: deleted`);
    return properties;
  }

  async properties(name: string): Promise<BlobProperties | null> {
    try {
      const found = await this.attempt(name, (blob, abortSignal) => blob.getProperties({ abortSignal }));
      return {
        name,
        sizeBytes: found.contentLength ?? 0,
        etag: quoted(found.etag),
        md5: base64(found.contentMD5),
        metadata: found.metadata ?? {},
      };
    } catch (error) {
      if (isBlobNotFound(error)) return null;
      throw asMigrationError(error, this.subject(name));
    }
  }

  async *list(prefix: string): AsyncIterable<BlobProperties> {
    let continuationToken: string | undefined;
    do {
      const page = await this.listPage(prefix, continuationToken);
      for (const { name, properties, metadata } of page.segment.blobItems) {
        yield {
          name,
          sizeBytes: properties.contentLength ?? 0,
          etag: quoted(properties.etag),
          md5: base64(properties.contentMD5),
          metadata: lowerCaseKeys(metadata ?? {}),
        };
      }
      continuationToken = page.continuationToken;
    } while (continuationToken);
  }

  async read(name: string, offset = 0, count?: number): Promise<Readable> {
    const { readableStreamBody } = await this.call(name, (blob, abortSignal) =>
      blob.download(offset, count, { maxRetryRequests: DOWNLOAD_RESUMES, abortSignal }),
    );
    if (!readableStreamBody) throw new MigrationError('internal', `${this.subject(name)}: no content came`);
    return Readable.from(readableStreamBody, { objectMode: false });
  }

  async remove(name: string, etag: string): Promise<boolean> {
    try {
      await this.attempt(name, (blob, abortSignal) =>
        blob.delete({ conditions: { ifMatch: etag }, abortSignal }),
      );
      return true;
    } catch (error) {
      if (isBlobNotFound(error)) return false;
      const refusal = asMigrationError(error, this.subject(name));
      const conflict = refusal instanceof MigrationError && refusal.code === 'target-conflict';
      // No version matches where there is no blob: a service may say so before it says that the blob is gone.
      if (conflict && (await this.properties(name)) === null) return false;
      throw refusal;
    }
  }

  private async listPage(prefix: string, continuationToken: string | undefined) {
    try {
      return await this.request(async (container, abortSignal) => {
        const options = { prefix, includeMetadata: true, abortSignal };
        const settings = {
          maxPageSize: LIST_PAGE_SIZE,
          ...(continuationToken === undefined ? {} : { continuationToken }),
        };
        const page = await container.listBlobsFlat(options).byPage(settings).next();
        if (page.done) throw new MigrationError('internal', `${this.url} gave no page`);
        return page.value;
      });
    } catch (error) {
      throw asMigrationError(error, this.url);
    }
  }

  private async call<T>(name: string, request: BlobRequest<T>): Promise<T> {
    try {
      return await this.attempt(name, request);
    } catch (error) {
      throw asMigrationError(error, this.subject(name));
    }
  }

  private attempt<T>(name: string, request: BlobRequest<T>): Promise<T> {
    return this.request((container, signal) => request(container.getBlockBlobClient(name), signal));
  }

  private request<T>(request: (container: ContainerClient, signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.signIn.use(this.name, (container) =>
      retryTransient(this.retry, (signal) => request(container, signal)),
    );
  }

  private subject(name: string): string {
    return `${this.url}/${name}`;
  }
}

type BlobRequest<T> = (blob: BlockBlobClient, signal: AbortSignal) => Promise<T>;
