import { openClient } from '../connect/open-client';
import type { OfflineContext } from './offline-context';

const TABLES = ['offline_pass', 'offline_piece', 'offline_step'];

/**
 * Takes away from the target what an offline copy remembers there, and the tables and the schema where nothing else is in them. Then
 * the rows are nobody's copy any more: another pass is refused until the target is empty. Repeatable.
 */
export async function forgetOffline({
  target,
  migrationId,
}: Pick<OfflineContext, 'target' | 'migrationId'>): Promise<void> {
  const client = await openClient(target, { name: 'offline forget' });
  try {
    await client.query('BEGIN');
    if (await has(client, "to_regclass('causeway.offline_pass') IS NOT NULL")) {
      for (const table of TABLES)
        await client.query(`DELETE FROM causeway.${table} WHERE migration_id = $1`, [migrationId]);
      if (await has(client, 'NOT EXISTS (SELECT FROM causeway.offline_pass)'))
        await client.query(`DROP TABLE ${TABLES.map((table) => `causeway.${table}`).join(', ')}`);
      if (await has(client, EMPTY_SCHEMA)) await client.query('DROP SCHEMA causeway');
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

const EMPTY_SCHEMA = `NOT EXISTS (
  SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = to_regnamespace('causeway'))`;

async function has(client: Awaited<ReturnType<typeof openClient>>, condition: string): Promise<boolean> {
  const { rows } = await client.query<{ is: boolean }>(`SELECT ${condition} AS is`);
  return rows[0]?.is === true;
}
