import { Cutover } from '../../../shared/contracts/cutover';
import { MigrationError } from '../../../shared/contracts/errors';
import { Sha256 } from '../../../shared/contracts/primitives';
import { CliError, EXIT, usageError } from '../cli-error';
import { operand, optional, required, segment, type Command, type Invocation } from '../command';
import { readSecretFile } from '../credentials';
import type * as RestoreBackup from '../../restore-backup/restore-backup';

/** Backups that cutovers made: where they are, and how they come back. */
export const backupCommands: readonly Command[] = [
  {
    name: 'backups list',
    operands: 'CUTOVER',
    summary: 'List the backups that a cutover made, with the hash that proves each.',
    run: async (invocation) => {
      const id = segment(operand(invocation, 0, 'the id of the cutover'));
      const cutover = Cutover.parse(await invocation.api().json('GET', `/api/cutovers/${id}`));
      const columns = ['asset', 'container', 'manifest', 'sha256', 'items', 'bytes'];
      return { kind: 'rows', columns, rows: backupsOf(cutover) };
    },
  },
  {
    name: 'backups restore',
    operands: 'MANIFEST --sha256 HASH [--container NAME] (--to-folder DIR | --to-database FILE)',
    summary:
      'Restore a backup into an empty folder, or into the empty database whose connection string the file holds. Needs no service, ' +
      'but CAUSEWAY_BLOB_CONNECTION, or CAUSEWAY_BLOB_CONNECTION__blobServiceUri and az login. The roles that own something in ' +
      'a database must be there. Whole or not at all: where it fails, say it again.',
    run: async (invocation) => ({ kind: 'item', item: await restored(invocation) }),
  },
];

function backupsOf({ stages }: Cutover): readonly object[] {
  const facts = stages.find(({ name, status }) => name === 'backup' && status === 'done')?.evidence?.facts;
  return Object.entries(facts ?? {}).flatMap(([asset, saved]) =>
    typeof saved === 'object' && saved !== null && 'manifest' in saved ? [{ asset, ...saved }] : [],
  );
}

async function restored(invocation: Invocation): Promise<object> {
  const { environment, tell } = invocation;
  const backup = {
    manifest: operand(invocation, 0, "the name of the manifest's blob"),
    sha256: hashOf(invocation),
    container:
      optional(invocation, 'container') ?? (environment['CAUSEWAY_BACKUP_CONTAINER'] || 'causeway-backups'),
    to: placeOf(invocation),
  };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what moves data takes long to load, and other commands do without
  const { restoreBackup } = require('../../restore-backup/restore-backup') as typeof RestoreBackup;
  try {
    return await restoreBackup(backup, environment, tell);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const exitCode = cause instanceof MigrationError ? EXIT.refused : EXIT.unavailable;
    throw new CliError(exitCode, `nothing was restored: ${reason}`, { cause });
  }
}

function hashOf(invocation: Invocation): string {
  const hash = required(invocation, 'sha256');
  if (Sha256.safeParse(hash).success) return hash;
  throw usageError(`--sha256 is 64 hexadecimal digits in lower case, as backups list shows it, not ${hash}`);
}

function placeOf(invocation: Invocation): RestoreBackup.BackupToRestore['to'] {
  const path = optional(invocation, 'to-folder');
  const file = optional(invocation, 'to-database');
  if (path !== undefined && file === undefined) return { kind: 'folder', path };
  if (file === undefined || path !== undefined) throw usageError('give one of --to-folder and --to-database');
  return { kind: 'database', connectionString: readSecretFile(file, 'the connection string').trim() };
}
