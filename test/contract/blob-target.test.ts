import { BlobServiceClient } from '@azure/storage-blob';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import { startAzurite } from '../support/azurite';
import { describeBlobTarget } from './blob-target-suite';

describeBlobTarget('AzureBlobTargets over Azurite', async () => {
  const { connectionString, stop } = await startAzurite();
  await BlobServiceClient.fromConnectionString(connectionString).createContainer('suite');
  const blobs = AzureBlobTargets.fromConnectionString(connectionString, { sleep: async () => undefined });
  return { blobs, container: 'suite', stop };
});
