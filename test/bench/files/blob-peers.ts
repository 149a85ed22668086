import { BlobServiceClient, ContainerSASPermissions, type ContainerClient } from '@azure/storage-blob';
import { startAzurite } from '../../support/azurite';
import { randomBytes, seeded } from './trees';
import { timed } from './run-task';

const CONTAINER = 'docs';
const MEBIBYTE = 2 ** 20;
const BLOCK_BYTES = 8 * MEBIBYTE;

/** An empty container of a service that is started for one measurement, so that none finds what another left. */
export async function withService<T>(
  use: (service: { connectionString: string; container: ContainerClient }) => Promise<T>,
): Promise<T> {
  const { connectionString, stop } = await startAzurite();
  try {
    const service = BlobServiceClient.fromConnectionString(connectionString);
    const { containerClient } = await service.createContainer(CONTAINER);
    return await use({ connectionString, container: containerClient });
  } finally {
    await stop();
  }
}

/** Seconds of `rclone copy` with so many transfers; it signs by a token of the container, for it knows no address with a port. */
export async function rclone(root: string, container: ContainerClient, transfers: number): Promise<number> {
  const permissions = ContainerSASPermissions.parse('racwdl');
  const sasUrl = await container.generateSasUrl({ permissions, expiresOn: new Date(Date.now() + 36e5) });
  const parallel = ['--transfers', String(transfers), '--checkers', String(transfers)];
  const upload = ['--azureblob-upload-concurrency', String(transfers)];
  const args = ['copy', root, `files:${CONTAINER}`, ...parallel, ...upload, '--config', '/dev/null'];
  return timed('rclone', args, {
    RCLONE_CONFIG_FILES_TYPE: 'azureblob',
    RCLONE_CONFIG_FILES_SAS_URL: sasUrl,
  });
}

/** MiB/s of the service itself: blocks of noise staged side by side, nothing read and nothing hashed. */
export async function stageBlockCeiling(
  container: ContainerClient,
  mebibytes: number,
  parallel: number,
): Promise<number> {
  const noise = randomBytes(BLOCK_BYTES, seeded(1));
  const blob = container.getBlockBlobClient('ceiling');
  const blocks = Math.ceil((mebibytes * MEBIBYTE) / BLOCK_BYTES);
  let next = 0;
  const began = performance.now();
  const worker = async () => {
    while (next < blocks) {
      const id = Buffer.from(String((next += 1)).padStart(6, '0')).toString('base64');
      await blob.stageBlock(id, noise, BLOCK_BYTES);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return (blocks * BLOCK_BYTES) / MEBIBYTE / ((performance.now() - began) / 1_000);
}
