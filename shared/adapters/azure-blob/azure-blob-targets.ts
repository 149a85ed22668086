import type { BlobTarget, BlobTargets } from '../../ports/blob-target';
import { AzureBlobTarget } from './azure-blob-target';
import type { BlobAccount } from './blob-account';
import { signInTo, type BlobSignIn } from './blob-sign-in';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-transient';

/** The containers of one storage account. */
export class AzureBlobTargets implements BlobTargets {
  readonly #signIn: BlobSignIn;
  readonly #retry: RetryPolicy;
  #throttled = 0;

  constructor(account: BlobAccount, retry: Partial<RetryPolicy> = {}) {
    this.#signIn = signInTo(account);
    const throttled = (): void => void (this.#throttled += 1);
    this.#retry = { ...DEFAULT_RETRY_POLICY, throttled, ...retry };
  }

  static fromConnectionString(connectionString: string, retry?: Partial<RetryPolicy>): AzureBlobTargets {
    return new AzureBlobTargets({ kind: 'connection-string', connectionString }, retry);
  }

  throttledAnswers(): number {
    return this.#throttled;
  }

  container(name: string): BlobTarget {
    return new AzureBlobTarget(this.#signIn, name, this.#retry);
  }
}
