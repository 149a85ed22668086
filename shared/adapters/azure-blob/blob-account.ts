import { BlobServiceClient } from '@azure/storage-blob';

/** Anything the SDK accepts to sign in with: a token credential (managed identity) or an account key. */
export type BlobCredential = BlobServiceClient['credential'];

/** A storage account and how to sign in: with an identity, or (emulators and stand-ins) by a connection string. */
export type BlobAccount =
  | { readonly kind: 'identity'; readonly url: string; readonly credential: BlobCredential }
  | { readonly kind: 'connection-string'; readonly connectionString: string };

/** Retries are ours (`retryTransient`). */
const CLIENT_OPTIONS = { retryOptions: { maxTries: 1 } };

export const blobServiceOf = (account: BlobAccount): BlobServiceClient =>
  account.kind === 'identity'
    ? new BlobServiceClient(account.url, account.credential, CLIENT_OPTIONS)
    : BlobServiceClient.fromConnectionString(account.connectionString, CLIENT_OPTIONS);
