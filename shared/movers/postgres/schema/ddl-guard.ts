import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { asMigrationError, sqlState } from '../connect/postgres-error';
import { quoteLiteral } from '../connect/quote';
import { loadSql } from '../load-sql';
import { movedSchemas } from './read-catalogue';
import type { GuardOutcome } from './schema-outcomes';

/**
 * Refuses DDL in the schemas that move, on the side that serves, to everybody but Causeway. Event triggers are for superusers, and on
 * managed servers for their administrators: where rights are missing nothing is made, and the fingerprint tells of changes later.
 * No-op where it stands.
 */
export async function installDdlGuard(
  connectionString: string,
  schemas: readonly string[],
): Promise<GuardOutcome> {
  const client = await openClient(connectionString, { name: 'schema' });
  try {
    const moved = await movedSchemas(client, schemas);
    const names = `ARRAY[${moved.map(quoteLiteral).join(', ')}]::text[]`;
    const stands = await client.query<{ stands: boolean }>(loadSql('schema/guard-stands'), [names]);
    if (stands.rows[0]?.stands === true) return { kind: 'installed' };
    // A name may hold what `replaceAll` takes for a pattern.
    return await inTransaction(
      client,
      loadSql('schema/guard').replaceAll(':schemas', () => names),
    );
  } finally {
    await client.end();
  }
}

/** No-op where there is none. */
export async function removeDdlGuard(connectionString: string): Promise<void> {
  const client = await openClient(connectionString, { name: 'schema' });
  try {
    await client.query(loadSql('schema/remove-guard'));
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await client.end();
  }
}

async function inTransaction(client: Client, sql: string): Promise<GuardOutcome> {
  try {
    // Several statements in one query are one transaction.
    await client.query(sql);
    return { kind: 'installed' };
  } catch (error) {
    if (sqlState(error) !== '42501' || !(error instanceof Error)) throw asMigrationError(error);
    return { kind: 'unavailable', reason: error.message };
  }
}
