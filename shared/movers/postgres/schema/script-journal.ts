import type { Client } from 'pg';
import { quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { Phase, ScriptStatement } from './classify-statement';

/** Kept on the target, beside what it tells of: a statement and its mark are one transaction. */
export interface StoredStatement {
  readonly position: number;
  readonly phase: Phase | 'finish';
  readonly beside: boolean;
  readonly sql: string;
  readonly done: boolean;
}

/** Null where none was stored yet. */
export async function storedScript(target: Client, migrationId: string): Promise<StoredStatement[] | null> {
  const known = await target.query<{ known: boolean }>(
    "SELECT to_regclass('causeway_schema.script') IS NOT NULL AS known",
  );
  if (known.rows[0]?.known !== true) return null;
  const script = await target.query('SELECT FROM causeway_schema.script WHERE migration_id = $1', [
    migrationId,
  ]);
  if (script.rowCount === 0) return null;
  const { rows } = await target.query<StoredStatement>(
    'SELECT position, phase, beside, sql, done_at IS NOT NULL AS done FROM causeway_schema.statement WHERE migration_id = $1 ORDER BY position',
    [migrationId],
  );
  return rows;
}

/** Remembers the script and what was there before it, once; `schemas` are those that the script makes or fills. */
export async function storeScript(
  target: Client,
  migrationId: string,
  schemas: readonly string[],
  statements: readonly ScriptStatement[],
): Promise<void> {
  await target.query('BEGIN');
  try {
    const before = statements.length === 0 ? null : await removable(target, schemas);
    await target.query(loadSql('schema/journal'));
    await target.query(
      'INSERT INTO causeway_schema.script (migration_id, there_before, schemas) VALUES ($1, $2, $3)',
      [migrationId, before, schemas],
    );
    await target.query(loadSql('schema/store-statements'), [
      migrationId,
      statements.map(({ sql }) => sql),
      statements.map(({ phase }) => phase),
      statements.map(({ beside }) => beside),
    ]);
    await target.query('COMMIT');
  } catch (error) {
    await target.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** To be called in the transaction that carries the statements out. */
export async function markDone(
  target: Client,
  migrationId: string,
  positions: readonly number[],
): Promise<void> {
  await target.query(
    "UPDATE causeway_schema.statement SET done_at = clock_timestamp(), sql = '' WHERE migration_id = $1 AND position = ANY ($2)",
    [migrationId, positions],
  );
}

/** Takes away what the script made and was not there before, with whatever hangs on it and every row, and the roles made for it. */
export async function removeMade(target: Client, migrationId: string): Promise<void> {
  const { rows } = await target.query<{ before: string[] | null; schemas: string[] }>(
    'SELECT there_before AS before, schemas FROM causeway_schema.script WHERE migration_id = $1',
    [migrationId],
  );
  const [script] = rows;
  if (script?.before) {
    const there = new Set(script.before);
    const made = (await removable(target, script.schemas)).filter((drop) => !there.has(drop));
    // One by one: each holds its locks for itself, and a repeated call goes on where this one ended.
    for (const drop of made) await target.query(drop);
  }
  await removeRoles(target, migrationId);
}

/** Roles of this migration that were not there before. */
export async function madeRoles(target: Client, migrationId: string): Promise<string[]> {
  const { rows } = await target.query<{ name: string }>(
    'SELECT name FROM causeway_schema.made_role WHERE migration_id = $1 ORDER BY name COLLATE "C"',
    [migrationId],
  );
  return rows.map(({ name }) => name);
}

async function removeRoles(target: Client, migrationId: string): Promise<void> {
  const { rows } = await target.query<{ name: string; known: boolean }>(
    'SELECT m.name, r.oid IS NOT NULL AS known FROM causeway_schema.made_role m LEFT JOIN pg_roles r ON r.rolname = m.name WHERE m.migration_id = $1',
    [migrationId],
  );
  for (const { name } of rows.filter(({ known }) => known)) {
    const role = quoteIdentifier(name);
    await target.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
}

/** Takes away what is remembered of a migration, and the schema with the last of them. */
export async function forgetScript(target: Client, migrationId: string): Promise<void> {
  for (const table of ['statement', 'made_role', 'script'])
    await target.query(`DELETE FROM causeway_schema.${table} WHERE migration_id = $1`, [migrationId]);
  const { rowCount } = await target.query('SELECT FROM causeway_schema.script LIMIT 1');
  if (rowCount === 0) await target.query('DROP SCHEMA causeway_schema CASCADE');
}

async function removable(target: Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await target.query<{ drop: string }>(loadSql('schema/removable'), [schemas]);
  return rows.map(({ drop }) => drop);
}
