import type { Client } from 'pg';
import { qualifiedName, quoteLiteral } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { DatabaseRefusal } from './offline-pass';
import type { SourceTable } from './source-tables';

/** Each look takes a lock, and there are only so many. */
const TABLES_A_QUERY = 100;

export interface TargetPreparation {
  readonly migrationId: string;
  readonly pass: number;
  readonly tables: readonly SourceTable[];
  /** Triggers and foreign keys can be kept out of the way. */
  readonly withoutTriggers: boolean;
}

interface TargetTable {
  readonly schema: string;
  readonly name: string;
  readonly hasTriggers: boolean;
  readonly ofExtension: boolean;
}

/**
 * Makes the target ready for a pass: every table there and empty. Rows of an earlier pass of this migration are removed, rows of
 * anybody else's are never touched. Null when it is ready; repeatable until the first piece was copied.
 */
export async function prepareTarget(
  target: Client,
  input: TargetPreparation,
): Promise<DatabaseRefusal | null> {
  const found = await targetTables(target, input.tables);
  const refusal = unfit(found, input);
  if (refusal !== null) return refusal;
  await target.query(loadSql('offline/ledger'));
  await target.query('BEGIN');
  try {
    const refused = await claimTarget(target, input, found);
    await target.query(refused === null ? 'COMMIT' : 'ROLLBACK');
    return refused;
  } catch (error) {
    await target.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function targetTables(target: Client, tables: readonly SourceTable[]): Promise<readonly TargetTable[]> {
  const schemas = tables.map(({ schema }) => schema);
  const names = tables.map(({ name }) => name);
  const { rows } = await target.query<TargetTable>(loadSql('offline/target-tables'), [schemas, names]);
  return rows;
}

function unfit(
  found: readonly TargetTable[],
  { tables, withoutTriggers }: TargetPreparation,
): DatabaseRefusal | null {
  const there = new Set(found.map(({ schema, name }) => qualifiedName(schema, name)));
  const missing = tables
    .map(({ schema, name }) => qualifiedName(schema, name))
    .filter((name) => !there.has(name));
  if (missing.length > 0)
    return refuse(
      'table-missing',
      `the target has no table ${listed(missing)}: create the schema there first`,
    );
  const triggered = found.filter(({ hasTriggers }) => hasTriggers);
  if (withoutTriggers || triggered.length === 0) return null;
  const names = listed(triggered.map(({ schema, name }) => qualifiedName(schema, name)));
  return refuse(
    'missing-right',
    `${names} of the target has triggers or foreign keys, and its role may not keep them out of the way: grant it SET on session_replication_role, or create them after the copy`,
  );
}

const EARLIER = 'SELECT pass FROM causeway.offline_pass WHERE migration_id = $1 FOR UPDATE';
const CLAIM = `INSERT INTO causeway.offline_pass (migration_id, pass) VALUES ($1, $2)
  ON CONFLICT (migration_id) DO UPDATE SET pass = excluded.pass`;
const FORGET = [
  'DELETE FROM causeway.offline_piece WHERE migration_id = $1',
  'DELETE FROM causeway.offline_step WHERE migration_id = $1',
];

async function claimTarget(
  target: Client,
  { migrationId, pass }: TargetPreparation,
  found: readonly TargetTable[],
): Promise<DatabaseRefusal | null> {
  // An extension's own table has the rows that came with it.
  const names = found
    .filter(({ ofExtension }) => !ofExtension)
    .map(({ schema, name }) => qualifiedName(schema, name));
  const { rows } = await target.query<{ pass: number }>(EARLIER, [migrationId]);
  const earlier = rows[0]?.pass ?? null;
  if (earlier !== null && earlier > pass)
    return refuse('target-not-empty', `the target holds pass ${earlier} of this copy already`);
  if (earlier === null) {
    const taken = await occupied(target, names);
    if (taken.length > 0)
      return refuse(
        'target-not-empty',
        `${listed(taken)} of the target holds rows already: copy into an empty database`,
      );
  } else if (earlier < pass) {
    await empty(target, names);
    for (const forget of FORGET) await target.query(forget, [migrationId]);
  }
  await target.query(CLAIM, [migrationId, pass]);
  return null;
}

/** What holds rows that nobody here has copied. */
async function occupied(target: Client, names: readonly string[]): Promise<readonly string[]> {
  const looks = ['pg_catalog.pg_largeobject_metadata', ...names].map(
    (name) => `SELECT ${quoteLiteral(name)} AS name WHERE EXISTS (SELECT FROM ONLY ${name})`,
  );
  const taken: string[] = [];
  for (let from = 0; from < looks.length; from += TABLES_A_QUERY) {
    const { rows } = await target.query<{ name: string }>(
      looks.slice(from, from + TABLES_A_QUERY).join(' UNION ALL '),
    );
    taken.push(...rows.map(({ name }) => name));
  }
  return taken;
}

/** All at once: tables that refer to each other can't be emptied one by one. */
async function empty(target: Client, names: readonly string[]): Promise<void> {
  if (names.length > 0) await target.query(`TRUNCATE ${names.join(', ')}`);
  await target.query('SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata');
}

const listed = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

const refuse = (code: DatabaseRefusal['code'], reason: string): DatabaseRefusal => ({
  kind: 'refused',
  code,
  reason,
});
