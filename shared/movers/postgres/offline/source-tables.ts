import type { Client } from 'pg';
import { loadSql } from '../load-sql';

/** From this version on a range of pages is read without reading the others. */
export const RANGES_FROM = 14;

/** How rows travel: binary wherever both servers mean the same by it. */
export type CopyFormat = 'binary' | 'text';

export interface SourceTable {
  readonly schema: string;
  readonly name: string;
  /** In order; without generated ones. Empty: the table has none, or none but those. */
  readonly columns: readonly string[];
  readonly format: CopyFormat;
  /** Estimates of the source's statistics; 0 where it has none. */
  readonly rows: number;
  /** On disk, with what is stored out of line. */
  readonly bytes: number;
  readonly pages: number;
  /** Rows have a place (`ctid`) that ranges can be made of. */
  readonly heap: boolean;
  /** An extension's own table: only these rows are the user's, the others come with the extension. */
  readonly condition: string | null;
}

/** Tables an offline copy takes, the largest first. */
export async function readSourceTables(
  source: Client,
  schemas: readonly string[],
  targetMajor: number,
): Promise<readonly SourceTable[]> {
  const { rows } = await source.query<SourceTable>(loadSql('offline/source-tables'), [schemas, targetMajor]);
  return rows;
}

export async function serverMajor(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    "SELECT current_setting('server_version_num') AS version",
  );
  return Math.floor(Number(rows[0]?.version) / 10_000);
}
