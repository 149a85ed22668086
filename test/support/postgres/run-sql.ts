import { connect } from '../../../clients/demo/postgres/start-shop';

/** Runs statements one after another over a connection of their own; the rows of the last. */
export async function runSql(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = await connect(url);
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
