import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { MigrationError } from '../../../contracts/errors';
import type { BlobTarget } from '../../../ports/blob-target';
import { openClient } from '../connect/open-client';
import { sqlState } from '../connect/postgres-error';
import { classifyStatements, type Phase, type ScriptStatement } from '../schema/classify-statement';
import { splitScript } from '../schema/split-script';
import { readBlob, readWhole } from './backup-blob';
import type { DatabaseBackupReference, RestoreDatabaseResult, RestoreProgress } from './backup-input';
import { prepareLoad } from './copy-connections';
import { createLargeObjects, rolesOf } from './copy-large-objects';
import { writeStatement } from './copy-statements';
import { DatabaseManifestLine, type BackupLine } from './database-manifest';
import { decodeFrames } from './large-object-frames';
import { setSequences } from './set-sequences';

const OBJECTS = `SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  UNION ALL SELECT FROM pg_largeobject_metadata LIMIT 1`;

/**
 * Loads a backup into an empty database: schema, rows, large objects, sequences, then indexes and constraints. The manifest and every
 * blob are hashed before they count. In one transaction, so a restore that was killed left nothing and is simply begun anew. Roles
 * that own or may use something must be there. `tell` is called after each blob.
 */
export async function restoreDatabaseBackup(
  target: BlobTarget,
  backup: Pick<DatabaseBackupReference, 'manifest' | 'sha256'>,
  connectionString: string,
  tell: (progress: RestoreProgress) => void = () => undefined,
): Promise<RestoreDatabaseResult> {
  const lines = await manifestLines(target, backup);
  const end = lines.at(-1);
  if (end?.kind !== 'end') throw new MigrationError('log-broken', 'the manifest is not complete');
  const client = await openClient(connectionString, { name: 'offline restore' });
  try {
    if ((await client.query(OBJECTS)).rowCount !== 0)
      throw new MigrationError(
        'conflict',
        'the database is not empty: a backup is restored into an empty one',
      );
    await prepareLoad(client);
    await client.query('BEGIN');
    const restored = await restoreLines(client, { target, lines, tell });
    if (restored.items !== end.items || restored.bytes !== end.bytes)
      throw new MigrationError('log-broken', 'the backup does not hold what its manifest says');
    await client.query('COMMIT; ANALYZE');
    return restored;
  } finally {
    // Whatever was not committed goes with the session.
    await client.end();
  }
}

interface Restoring {
  readonly target: BlobTarget;
  readonly lines: readonly DatabaseManifestLine[];
  readonly tell: (progress: RestoreProgress) => void;
}

async function restoreLines(
  client: Client,
  { target, lines, tell }: Restoring,
): Promise<RestoreDatabaseResult> {
  const schema = lines.find((line) => line.kind === 'schema');
  if (schema === undefined) throw new MigrationError('log-broken', 'the backup has no schema');
  const script = classifyStatements(splitScript((await readWhole(target, schema)).toString()));
  await runPhases(client, script, ['tables']);
  const blobs = lines.filter(({ kind }) => kind === 'rows' || kind === 'large-objects').length;
  let done = 0;
  let items = 0;
  let bytes = 0;
  for (const line of lines) {
    if (line.kind !== 'rows' && line.kind !== 'large-objects') continue;
    items +=
      line.kind === 'rows'
        ? await restoreRows(client, target, line)
        : await restoreObjects(client, target, line);
    bytes += line.sizeBytes;
    tell({ blobs: (done += 1), of: blobs, items, bytes });
  }
  await setSequences(
    client,
    lines.filter((line) => line.kind === 'sequence'),
  );
  await runPhases(client, script, ['rest']);
  return { items, bytes };
}

async function runPhases(
  client: Client,
  script: readonly ScriptStatement[],
  phases: readonly Phase[],
): Promise<void> {
  for (const { sql, phase } of script) {
    if (phase === 'session') await setSession(client, sql);
    else if (phases.includes(phase)) await client.query(sql);
  }
}

/** Newer versions of pg_dump set what older servers don't know. */
async function setSession(client: Client, sql: string): Promise<void> {
  await client.query('SAVEPOINT setting');
  try {
    await client.query(sql);
  } catch (error) {
    if (sqlState(error) !== '42704') throw error;
    await client.query('ROLLBACK TO SAVEPOINT setting');
  }
}

async function restoreRows(
  client: Client,
  target: BlobTarget,
  line: Extract<BackupLine, { kind: 'rows' }>,
): Promise<number> {
  const writer = client.query(copyFrom(writeStatement({ ...line, name: line.table }, false)));
  await pipeline(readBlob(target, line), writer);
  if (writer.rowCount !== line.rows)
    throw new MigrationError(
      'log-broken',
      `${line.name} holds ${writer.rowCount} rows instead of ${line.rows}`,
    );
  return line.rows;
}

async function restoreObjects(
  client: Client,
  target: BlobTarget,
  line: Extract<BackupLine, { kind: 'large-objects' }>,
): Promise<number> {
  const roles = await rolesOf(client);
  let objects = 0;
  for await (const { id, offset, content, about } of decodeFrames(readBlob(target, line))) {
    if (about === null) await client.query('SELECT lo_put($1, $2, $3)', [id, offset, content]);
    else await createLargeObjects(client, [{ id, content, ...about }], roles);
    objects += about === null ? 0 : 1;
  }
  return objects;
}

async function manifestLines(
  target: BlobTarget,
  { manifest, sha256 }: Pick<DatabaseBackupReference, 'manifest' | 'sha256'>,
): Promise<readonly DatabaseManifestLine[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await target.read(manifest)) as AsyncIterable<Buffer>) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  if (createHash('sha256').update(content).digest('hex') !== sha256)
    throw new MigrationError('log-broken', `${manifest} is not the manifest it should be`);
  const lines = content.toString().split('\n').slice(0, -1);
  return lines.map((line) => DatabaseManifestLine.parse(JSON.parse(line)));
}
