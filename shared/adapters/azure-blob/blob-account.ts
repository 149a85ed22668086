import { BlobServiceClient } from '@azure/storage-blob';

/** Anything the SDK accepts to sign in with: a token credential (managed identity) or an account key. */
export type BlobCredential = BlobServiceClient['credential'];

/** A storage account with what signs for as long as the process runs: an identity, or (emulators and stand-ins) a connection string. */
export type FixedBlobAccount =
  | { readonly kind: 'identity'; readonly url: string; readonly credential: BlobCredential }
  | { readonly kind: 'connection-string'; readonly connectionString: string };

/** One whose account key or shared access signature is kept, and renewed, elsewhere. */
export interface BlobSecretAccount {
  readonly kind: 'secret';
  /** Of the account, without a slash at the end. */
  readonly url: string;
  readonly secretName: string;
  /** What the secret holds now. */
  readSecret(): Promise<string>;
}

export type BlobAccount = FixedBlobAccount | BlobSecretAccount;

/** Retries are ours (`retryTransient`). */
export const BLOB_CLIENT_OPTIONS = { retryOptions: { maxTries: 1 } };

export const blobServiceOf = (account: FixedBlobAccount): BlobServiceClient =>
  account.kind === 'identity'
    ? new BlobServiceClient(account.url, account.credential, BLOB_CLIENT_OPTIONS)
    : BlobServiceClient.fromConnectionString(account.connectionString, BLOB_CLIENT_OPTIONS);
