import { AzureBlobTargets } from '../shared/adapters/azure-blob/azure-blob-targets';
import type { BlobTargets } from '../shared/ports/blob-target';
import type { Secrets } from '../shared/ports/secrets';
import type { Settings } from './settings';

/** The account that workloads move to, signed for by a secret that may be renewed while transfers run (R122). */
export const targetsBySecret = (
  { url, secretName }: NonNullable<Settings['blobAccount']>,
  secrets: Secrets,
): BlobTargets =>
  new AzureBlobTargets({ kind: 'secret', url, secretName, readSecret: () => secrets.read(secretName) });
