import type { Client } from 'pg';
import { z } from 'zod';
import type { JsonValue } from '../../../contracts/primitives';
import { quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';

/** One object of a database. */
export interface CatalogueEntry {
  /** `table`, `index`, `grant`, `publication`, … */
  readonly kind: string;
  /** Quoted and with its schema; with kind it names one object. */
  readonly name: string;
  /** What every version of PostgreSQL says alike, but for brackets, quotes and white space in expressions. */
  readonly facts: JsonValue;
  /** What one version says in its own words: the query of a view, the version of an extension. */
  readonly words: string | null;
}

/** All that a database's catalogue says about the objects in some schemas and of the database itself, in a fixed order. */
export interface Catalogue {
  readonly schemas: readonly string[];
  readonly entries: readonly CatalogueEntry[];
}

const OF_SCHEMAS = [
  ...['tables', 'constraints', 'indexes', 'sequences', 'views', 'functions'],
  ...['types', 'triggers', 'other-objects', 'grants', 'comments'],
];

const Row = z.object({
  kind: z.string(),
  path: z.array(z.string()),
  facts: z.json(),
  words: z.string().nullable(),
});

/** The schemas that move: those of the asset, or every one but the system's, extensions' and Causeway's own. */
export async function movedSchemas(client: Client, named: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(loadSql('schema/schemas'), [named]);
  return rows.map(({ schema }) => schema);
}

/** Every schema but the system's, Causeway's own included: for what must not be left behind. */
export async function everySchema(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>(loadSql('schema/every-schema'));
  return rows.map(({ schema }) => schema);
}

/** Describes the schemas and what belongs to the whole database, as of one moment. The client must not be in a transaction. */
export async function readCatalogue(client: Client, schemas: readonly string[]): Promise<Catalogue> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog');
  try {
    const entries: CatalogueEntry[] = [];
    for (const name of OF_SCHEMAS) entries.push(...(await entriesOf(client, `schema/${name}`, [schemas])));
    entries.push(...(await entriesOf(client, 'schema/database-objects', [])));
    return { schemas, entries: entries.toSorted(inOrder) };
  } finally {
    await client.query('ROLLBACK');
  }
}

async function entriesOf(client: Client, sql: string, values: unknown[]): Promise<CatalogueEntry[]> {
  const { rows } = await client.query<Record<string, unknown>>(loadSql(sql), values);
  return rows.map((row) => {
    const { kind, path, facts, words } = Row.parse(row);
    return { kind, name: path.map(quoteIdentifier).join('.'), facts, words };
  });
}

/** By code units: the servers' own orders differ by locale. */
function inOrder(a: CatalogueEntry, b: CatalogueEntry): number {
  const [x, y] = [`${a.kind} ${a.name}`, `${b.kind} ${b.name}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
