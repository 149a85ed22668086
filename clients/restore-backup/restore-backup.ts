// A client knows contracts only; this one takes the movers that wrote the backup, so that it is read without the service: that may be
// what was lost.
import { DefaultAzureCredential } from '@azure/identity';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import { restoreBackup as restoreFiles } from '../../shared/movers/files/restore-backup';
import { restoreDatabaseBackup } from '../../shared/movers/postgres/offline/restore-database-backup';
import { MigrationError } from '../../shared/contracts/errors';
import type { BlobTargets } from '../../shared/ports/blob-target';

type Environment = Readonly<Record<string, string | undefined>>;

export interface BackupToRestore {
  readonly container: string;
  /** Name of the manifest's blob. */
  readonly manifest: string;
  /** Hex, of the manifest: stands in the evidence of the stage that made the backup. */
  readonly sha256: string;
  readonly to:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'database'; readonly connectionString: string };
}

export interface RestoredBackup {
  /** Files and links, or rows and large objects. */
  readonly items: number;
  readonly bytes: number;
}

/**
 * Brings back a backup of files into an empty folder, or one of a database into an empty database; whole or not at all. `tell` is given
 * a line now and then. Throws `MigrationError`, and what the database complains of.
 */
export async function restoreBackup(
  { container, manifest, sha256, to }: BackupToRestore,
  environment: Environment,
  tell: (line: string) => void,
): Promise<RestoredBackup> {
  const blobs = blobsOf(environment);
  const target = blobs.container(container);
  const kind = await kindOf((await target.read(manifest, 0, BEGINNING_BYTES)) as AsyncIterable<Buffer>);
  if (kind !== KINDS[to.kind])
    throw new MigrationError(
      'invalid-input',
      `${manifest} is ${wordsFor(kind)}: say where to by the other option`,
    );
  tell(`Restoring ${wordsFor(kind)} from ${target.url}/${manifest}`);
  if (to.kind === 'folder')
    return restoreFiles({ blobs }, { backup: { container, manifest, sha256 }, toFolder: to.path });
  return restoreDatabaseBackup(
    target,
    { manifest, sha256 },
    to.connectionString,
    ({ blobs: done, of, bytes }) => tell(`${done} of ${of} blobs loaded, ${bytes} bytes`),
  );
}

/** The first line of a manifest is shorter. */
const BEGINNING_BYTES = 4_096;
const KINDS = { folder: 'backup', database: 'database-backup' } as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

const wordsFor = (kind: Kind): string => (kind === 'backup' ? 'a backup of files' : 'a backup of a database');

async function kindOf(content: AsyncIterable<Buffer>): Promise<Kind> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const kind = /^\{"kind":"(backup|database-backup)"/u.exec(Buffer.concat(chunks).toString())?.[1];
  if (kind === KINDS.folder || kind === KINDS.database) return kind;
  throw new MigrationError('invalid-input', 'that blob is not the manifest of a backup');
}

/** The storage account by the names the service knows it by. */
function blobsOf(environment: Environment): BlobTargets {
  const connectionString = environment['CAUSEWAY_BLOB_CONNECTION'];
  if (connectionString) return AzureBlobTargets.fromConnectionString(connectionString);
  const url = environment['CAUSEWAY_BLOB_CONNECTION__blobServiceUri'];
  if (url) return new AzureBlobTargets({ kind: 'identity', url, credential: new DefaultAzureCredential() });
  throw new MigrationError(
    'invalid-input',
    'no storage account: set CAUSEWAY_BLOB_CONNECTION to its connection string, or CAUSEWAY_BLOB_CONNECTION__blobServiceUri to its address',
  );
}
