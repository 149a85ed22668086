import type { Client } from 'pg';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { Direction } from '../postgres-context';
import { namesOf, SCHEMA } from './names';

/** The publication of a direction with its heartbeat alone; no-op where it exists. Before its slot: the log is read from there. */
export async function publish(publisher: Client, migrationId: string, direction: Direction): Promise<void> {
  const names = namesOf(migrationId);
  const { rowCount } = await publisher.query('SELECT FROM pg_publication WHERE pubname = $1', [
    names.publication(direction),
  ]);
  if (rowCount !== 0) return;
  const publication = quoteIdentifier(names.publication(direction));
  await publisher.query(
    `CREATE PUBLICATION ${publication} FOR TABLE ${qualifiedName(SCHEMA, names.beat(direction))}`,
  );
}

/** Heartbeat and sentinel of one direction; written on the side that serves, and replicated. */
export const createBeat = (client: Client, beat: string): Promise<unknown> =>
  client.query(
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(SCHEMA, beat)}
     (kind text PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  );

export interface TableName {
  readonly schema_name: string;
  readonly table_name: string;
}

interface Pending extends TableName {
  readonly size_bytes: number;
}

/** Tables that are followed and not published yet. */
export async function pendingTables(
  publisher: Client,
  migrationId: string,
  direction: Direction,
): Promise<readonly Pending[]> {
  const { rows } = await publisher.query<Pending>(loadSql('replication/next-tables'), [
    migrationId,
    namesOf(migrationId).publication(direction),
  ]);
  return rows;
}

export async function addToPublication(
  publisher: Client,
  migrationId: string,
  direction: Direction,
  tables: readonly TableName[],
): Promise<void> {
  if (tables.length === 0) return;
  const list = tables.map((table) => `ONLY ${qualifiedName(table.schema_name, table.table_name)}`).join(', ');
  const publication = quoteIdentifier(namesOf(migrationId).publication(direction));
  await publisher.query(`ALTER PUBLICATION ${publication} ADD TABLE ${list}`);
}
