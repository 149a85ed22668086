import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';
import { MigrationError } from '../../../contracts/errors';
import { blameConnection } from '../connect/blamed-connection';
import { parseConnection, type ConnectionParts } from '../connect/connection-parts';
import { quoteIdentifier } from '../connect/quote';
import type { PgDumpClient } from './pg-dump-client';

const run = promisify(execFile);
const LARGEST_SCRIPT_BYTES = 256 * 2 ** 20;

/** What replication makes itself, and what names other servers or paths of this one. */
const WITHOUT = [
  '--no-publications',
  '--no-subscriptions',
  '--no-security-labels',
  '--no-tablespaces',
  '--exclude-schema=causeway',
];

/**
 * The DDL of the source as `pg_dump` writes it; of the schemas named, or of all; now, or as an exported snapshot holds it. The password goes by the child's environment, never
 * by its arguments. Throws `conflict` with what pg_dump complained of, known to `blamedConnection`.
 */
export async function dumpSchema(
  { path, major }: PgDumpClient,
  connectionString: string,
  schemas: readonly string[],
  snapshot: string | null = null,
): Promise<string> {
  const parts = parseConnection(connectionString);
  const folder = await mkdtemp(join(tmpdir(), 'causeway-dump-'));
  try {
    const env = { ...process.env, ...environmentOf(parts), ...(await authorities(parts, folder)) };
    // With schemas named, pg_dump leaves extensions out unless it is told.
    const extensions = schemas.length > 0 && major >= 14 ? ['--extension=*'] : [];
    const held = snapshot === null ? [] : [`--snapshot=${snapshot}`];
    const named = schemas.map((schema) => `--schema=${quoteIdentifier(schema)}`);
    const { stdout } = await run(
      path,
      ['--schema-only', '--no-password', ...WITHOUT, ...extensions, ...held, ...named],
      {
        env,
        maxBuffer: LARGEST_SCRIPT_BYTES,
      },
    );
    return stdout;
  } catch (error) {
    const complaint = isNativeError(error) && 'stderr' in error ? String(error.stderr).trim() : '';
    // The error itself holds the environment's names only, and the command without secrets.
    const failure = new MigrationError('conflict', `pg_dump ${major} failed: ${complaint.slice(-2_000)}`, {
      cause: error,
    });
    // Its words are in the worker's language: whether it could not connect can't be told from them.
    blameConnection(failure, connectionString);
    throw failure;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environmentOf(parts: ConnectionParts): Record<string, string> {
  const { sslCert, sslKey, options, password } = parts;
  return {
    PGHOST: parts.host,
    PGPORT: `${parts.port}`,
    PGDATABASE: parts.database,
    PGUSER: parts.user,
    PGSSLMODE: parts.sslMode,
    PGAPPNAME: 'causeway schema',
    ...(password === null ? {} : { PGPASSWORD: password }),
    ...(options === null ? {} : { PGOPTIONS: options }),
    ...(sslCert === null ? {} : { PGSSLCERT: sslCert }),
    ...(sslKey === null ? {} : { PGSSLKEY: sslKey }),
  };
}

/** Libpq knows no authorities of its own: it is given Node's where the connection string names none. */
async function authorities(
  { sslMode, sslRootCert }: ConnectionParts,
  folder: string,
): Promise<Record<string, string>> {
  if (sslRootCert !== null && sslRootCert !== 'system') return { PGSSLROOTCERT: sslRootCert };
  if (sslMode !== 'verify-ca' && sslMode !== 'verify-full') return {};
  const file = join(folder, 'authorities.pem');
  await writeFile(file, rootCertificates.join('\n'));
  return { PGSSLROOTCERT: file };
}
