import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import { BlobClaimChecks } from '../../shared/adapters/azure-blob/blob-claim-checks';
import { FolderClaimChecks } from '../../shared/adapters/local/folder-claim-checks';
import { startAzurite } from '../support/azurite';
import { describeClaimChecks } from './claim-checks-suite';

describeClaimChecks('FolderClaimChecks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-claims-'));
  return {
    claimChecks: new FolderClaimChecks(join(folder, 'claim-checks')),
    stop: async () => rmSync(folder, { recursive: true }),
  };
});

describeClaimChecks('BlobClaimChecks over Azurite', async () => {
  const { connectionString, stop } = await startAzurite();
  await BlobServiceClient.fromConnectionString(connectionString).createContainer('claims');
  const containers = AzureBlobTargets.fromConnectionString(connectionString);
  return { claimChecks: new BlobClaimChecks(containers.container('claims')), stop };
});
