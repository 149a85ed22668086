import type { Client } from 'pg';
import { qualifiedName } from '../connect/quote';
import { timedOut } from './open-sides';
import { FENCE, SCHEMA } from './names';

interface Followed {
  readonly schema_name: string;
  readonly table_name: string;
}

const LOCK_ATTEMPTS = 20;

/** Puts the fence on every followed table that has none, table by table, so that none waits for another. */
export async function installFence(client: Client, migrationId: string, enabled: boolean): Promise<void> {
  const { rows } = await client.query<Followed>(
    `SELECT f.schema_name, f.table_name FROM causeway.followed_table f
     WHERE f.migration_id = $1 AND NOT EXISTS (
       SELECT FROM pg_trigger t
       WHERE t.tgrelid = to_regclass(format('%I.%I', f.schema_name, f.table_name)) AND t.tgname = $2)
     ORDER BY 1, 2`,
    [migrationId, FENCE],
  );
  for (const { schema_name, table_name } of rows) {
    const table = qualifiedName(schema_name, table_name);
    await patiently(client, [
      `CREATE TRIGGER ${FENCE} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.refuse_write()`,
      `ALTER TABLE ONLY ${table} ${enabled ? 'ENABLE' : 'DISABLE'} TRIGGER ${FENCE}`,
    ]);
  }
}

export async function removeFence(client: Client, migrationId: string): Promise<void> {
  const { rows } = await client.query<Followed>(
    `SELECT f.schema_name, f.table_name FROM causeway.followed_table f
     JOIN pg_trigger t ON t.tgrelid = to_regclass(format('%I.%I', f.schema_name, f.table_name)) AND t.tgname = $2
     WHERE f.migration_id = $1 ORDER BY 1, 2`,
    [migrationId, FENCE],
  );
  for (const { schema_name, table_name } of rows)
    await patiently(client, [`DROP TRIGGER IF EXISTS ${FENCE} ON ${qualifiedName(schema_name, table_name)}`]);
}

/** Statements in one transaction that need a table for a moment: whoever waits behind them waits half a second at most. */
export async function patiently(client: Client, statements: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(['BEGIN', "SET LOCAL lock_timeout = '500ms'", ...statements, 'COMMIT'].join('; '));
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (!timedOut(error) || attempt === LOCK_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
}
