import { expect, it } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../support/azurite';
import { temporaryFolder } from '../support/files-transfer';

it('the emulator keeps its blobs over a restart when it has a folder', async () => {
  const folder = await temporaryFolder();
  const key = Buffer.from('a key that both starts know').toString('base64');
  const first = await startAzurite(folder.path, key);
  const container = BlobServiceClient.fromConnectionString(first.connectionString).getContainerClient('kept');
  await container.create();
  await container.getBlockBlobClient('a').upload('content', 7);
  await first.stop();

  const second = await startAzurite(folder.path, key);
  const service = BlobServiceClient.fromConnectionString(second.connectionString);
  const again = await service.getContainerClient('kept').getBlobClient('a').downloadToBuffer();
  await second.stop();
  await folder.remove();
  expect(again.toString()).toBe('content');
});
