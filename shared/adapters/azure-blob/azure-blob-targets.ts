import { BlobServiceClient } from '@azure/storage-blob';
import type { BlobTarget, BlobTargets } from '../../ports/blob-target';
import { AzureBlobTarget } from './azure-blob-target';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-transient';

/** Anything the SDK accepts to sign in with: a token credential (managed identity) or an account key. */
export type BlobCredential = BlobServiceClient['credential'];

/** Retries are ours (`retryTransient`). */
const CLIENT_OPTIONS = { retryOptions: { maxTries: 1 } };

/** The containers of one storage account. */
export class AzureBlobTargets implements BlobTargets {
  private constructor(
    private readonly service: BlobServiceClient,
    private readonly retry: RetryPolicy,
  ) {}

  static fromConnectionString(connectionString: string, retry?: Partial<RetryPolicy>): AzureBlobTargets {
    const service = BlobServiceClient.fromConnectionString(connectionString, CLIENT_OPTIONS);
    return new AzureBlobTargets(service, { ...DEFAULT_RETRY_POLICY, ...retry });
  }

  static forAccount(
    accountUrl: string,
    credential: BlobCredential,
    retry?: Partial<RetryPolicy>,
  ): AzureBlobTargets {
    const service = new BlobServiceClient(accountUrl, credential, CLIENT_OPTIONS);
    return new AzureBlobTargets(service, { ...DEFAULT_RETRY_POLICY, ...retry });
  }

  container(name: string): BlobTarget {
    return new AzureBlobTarget(this.service.getContainerClient(name), this.retry);
  }
}
