import type { Client } from 'pg';
import { qualifiedName } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { Refusal } from './outcomes';
import { patiently } from './fence';
import type { ReplicationContext } from './replication-context';
import type { Sides } from './open-sides';

interface PlannedTable {
  readonly schema_name: string;
  readonly table_name: string;
  readonly published: boolean;
  readonly identity_before: string | null;
  readonly keyed: boolean;
}

/**
 * Writes down, in both databases, which tables are followed. Once they stand there nothing is planned again: a table that comes
 * later is found by whoever compares schemas.
 */
export async function planTables(
  context: ReplicationContext,
  { source, target }: Sides,
  wholeRowTables: readonly string[],
): Promise<Refusal | null> {
  const { rows: planned } = await source.query<PlannedTable>(loadSql('replication/plan-tables'), [
    context.asset.schemas,
    wholeRowTables,
  ]);
  const keyless = planned.filter((table) => !table.keyed).map(nameOf);
  if (keyless.length > 0)
    return refuse('no-key', `Neither a key nor leave to send whole rows: ${keyless.join(', ')}.`);
  const absent = await target.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL',
    [planned.map(nameOf)],
  );
  if (absent.rows.length > 0)
    return refuse('setup', `The target lacks ${absent.rows.map(({ name }) => name).join(', ')}.`);
  for (const client of [source, target]) {
    await client.query(
      `INSERT INTO causeway.followed_table (migration_id, schema_name, table_name, published, identity_before)
       SELECT $1, t.* FROM jsonb_to_recordset($2::jsonb)
         AS t (schema_name text, table_name text, published boolean, identity_before "char")
       ON CONFLICT DO NOTHING`,
      [context.migrationId, JSON.stringify(planned)],
    );
    for (const table of planned.filter(({ identity_before }) => identity_before !== null))
      await patiently(client, [`ALTER TABLE ${nameOf(table)} REPLICA IDENTITY FULL`]);
  }
  return null;
}

/** As it was: by the primary key, or by nothing. */
export async function restoreIdentities(client: Client, migrationId: string): Promise<void> {
  const { rows } = await client.query<PlannedTable>(
    `SELECT schema_name, table_name, identity_before FROM causeway.followed_table
     WHERE migration_id = $1 AND identity_before IS NOT NULL
       AND to_regclass(format('%I.%I', schema_name, table_name)) IS NOT NULL`,
    [migrationId],
  );
  for (const table of rows)
    await patiently(client, [
      `ALTER TABLE ${nameOf(table)} REPLICA IDENTITY ${table.identity_before === 'n' ? 'NOTHING' : 'DEFAULT'}`,
    ]);
}

const nameOf = ({ schema_name, table_name }: Pick<PlannedTable, 'schema_name' | 'table_name'>): string =>
  qualifiedName(schema_name, table_name);

const refuse = (code: Refusal['code'], reason: string): Refusal => ({ kind: 'refused', code, reason });
