/** What many tools do: the md5 of every row's text, put together in the order of the key, on both sides at the same time. */
import type { DatabasePair } from '../../support/postgres/database-pair';

const TABLES: readonly (readonly [string, string])[] = [
  ['orders', 'id'],
  ['line', 'order_id, number'],
  ['article', 'code'],
  ['visit', 'at, page'],
  ['counter', 'name'],
];

/** Megabytes of table a second, of one side. */
export async function md5ByKey(databases: DatabasePair): Promise<number> {
  const [size] = await databases.query<{ bytes: string }>(
    'source',
    `SELECT sum(pg_table_size(name::regclass)) AS bytes FROM unnest(ARRAY[${TABLES.map(([name]) => `'${name}'`).join(', ')}]) AS name`,
  );
  const begun = performance.now();
  for (const [table, key] of TABLES) {
    const sql = `SET max_parallel_workers_per_gather = 0; SELECT md5(string_agg(md5(t::text), '' ORDER BY ${key})) FROM ${table} AS t`;
    await Promise.all([databases.query('source', sql), databases.query('target', sql)]);
  }
  return Number(size?.bytes) / 1e6 / ((performance.now() - begun) / 1e3);
}
