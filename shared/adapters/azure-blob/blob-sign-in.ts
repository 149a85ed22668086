import {
  BlobServiceClient,
  isRestError,
  StorageSharedKeyCredential,
  type ContainerClient,
} from '@azure/storage-blob';
import { MigrationError } from '../../contracts/errors';
import { serviceCodeOf } from './as-migration-error';
import { BLOB_CLIENT_OPTIONS, blobServiceOf, type BlobAccount, type BlobSecretAccount } from './blob-account';

/** How requests to an account are signed, each time anew. */
export interface BlobSignIn {
  /** Of a container, without what signs. */
  urlOf(container: string): string;
  /** Makes a request; once more where the account no longer takes what signed it and something else may sign by now. */
  use<T>(container: string, request: (container: ContainerClient) => Promise<T>): Promise<T>;
}

export const signInTo = (account: BlobAccount): BlobSignIn =>
  account.kind === 'secret' ? new SecretSignIn(account) : new FixedSignIn(blobServiceOf(account));

/** An identity, whose tokens the SDK renews, or a connection string, which holds as long as the process. */
class FixedSignIn implements BlobSignIn {
  constructor(private readonly service: BlobServiceClient) {}

  urlOf(container: string): string {
    const { origin, pathname } = new URL(this.service.getContainerClient(container).url);
    return `${origin}${pathname}`;
  }

  use<T>(container: string, request: (container: ContainerClient) => Promise<T>): Promise<T> {
    return request(this.service.getContainerClient(container));
  }
}

interface SignedIn {
  readonly secret: string;
  readonly service: BlobServiceClient;
}

/**
 * A key or a shared access signature that is renewed under way: a transfer takes days, a signature often only one. The secret is read
 * when the first request is made, and again when the account refuses it. Where nothing new is there yet, `unauthenticated` names the
 * secret; the next request looks again.
 */
class SecretSignIn implements BlobSignIn {
  private signedIn: SignedIn | null = null;
  private reading: Promise<SignedIn> | null = null;

  constructor(private readonly account: BlobSecretAccount) {}

  urlOf(container: string): string {
    return `${this.account.url}/${container}`;
  }

  async use<T>(container: string, request: (container: ContainerClient) => Promise<T>): Promise<T> {
    const before = this.signedIn ?? (await this.read());
    try {
      return await request(before.service.getContainerClient(container));
    } catch (error) {
      if (!isRefused(error)) throw error;
      // Many requests are refused at once: the first one reads for all.
      const now = this.signedIn === before ? await this.read() : (this.signedIn ?? (await this.read()));
      if (now.secret === before.secret) throw this.refusal(error);
      return request(now.service.getContainerClient(container)).catch((again: unknown) => {
        throw isRefused(again) ? this.refusal(again) : again;
      });
    }
  }

  private read(): Promise<SignedIn> {
    this.reading ??= this.account
      .readSecret()
      .then((secret) => {
        const isSame = this.signedIn?.secret === secret;
        const now = isSame && this.signedIn ? this.signedIn : { secret, service: this.serviceWith(secret) };
        this.signedIn = now;
        return now;
      })
      .finally(() => {
        this.reading = null;
      });
    return this.reading;
  }

  private serviceWith(secret: string): BlobServiceClient {
    const { url, secretName } = this.account;
    const signature = /^\??(?=.*\bsig=)(.+)$/.exec(secret)?.[1];
    if (signature !== undefined)
      return new BlobServiceClient(`${url}?${signature}`, undefined, BLOB_CLIENT_OPTIONS);
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(secret)) {
      const what = 'neither an account key nor a shared access signature';
      throw new MigrationError('invalid-input', `secret ${secretName} for ${url} holds ${what}`);
    }
    const credential = new StorageSharedKeyCredential(accountNameIn(url), secret);
    return new BlobServiceClient(url, credential, BLOB_CLIENT_OPTIONS);
  }

  /** Without the answer as cause: it quotes what was signed. A right that is missing is no matter of a newer secret. */
  private refusal(error: unknown): unknown {
    const code = isRestError(error) ? serviceCodeOf(error) : undefined;
    if (code !== undefined && !EXPIRED_CODES.includes(code)) return error;
    const { url, secretName } = this.account;
    return new MigrationError(
      'unauthenticated',
      `${url} does not accept what secret ${secretName} holds (${code ?? 'no code'}): put a new account key or shared access signature there`,
    );
  }
}

/** A wrong or rotated key, a signature that is over, begins later or was withdrawn. */
const EXPIRED_CODES = ['AuthenticationFailed', 'InvalidAuthenticationInfo', 'NoAuthenticationInformation'];

const isRefused = (error: unknown): boolean =>
  isRestError(error) && (error.statusCode === 401 || error.statusCode === 403);

/** The first label of the host; of an emulator, the first part of the path. */
const accountNameIn = (url: string): string => {
  const { hostname, pathname } = new URL(url);
  return pathname.split('/').find((part) => part !== '') ?? hostname.split('.')[0] ?? '';
};
