import { ContainerClient } from '@azure/storage-blob';
import { randomBytes } from 'node:crypto';
import type { Processes } from './processes';

const ACCOUNT = 'causewaydemo';

/** Starts Microsoft's storage emulator on a free loopback port, with a key of its own; returns a connection string. */
export async function startAzurite(processes: Processes, folder: string): Promise<string> {
  const key = randomBytes(64).toString('base64');
  const child = processes.start(
    'Azurite',
    [
      require.resolve('azurite/dist/src/blob/main.js'),
      ...['--location', folder, '--blobHost', '127.0.0.1', '--blobPort', '0'],
      ...['--silent', '--skipApiVersionCheck', '--disableTelemetry'],
    ],
    { AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
  );
  const [, address = ''] = await child.line(/successfully listens on (http:\S+?)\/?$/);
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${key}`,
    `BlobEndpoint=${address}/${ACCOUNT}`,
    '',
  ].join(';');
}

export async function createContainers(connectionString: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => new ContainerClient(connectionString, name).create()));
}
