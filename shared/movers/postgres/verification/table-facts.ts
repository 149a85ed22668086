import type { DatabaseSide } from './database-side';
import { loadSql } from '../load-sql';

export interface ColumnFacts {
  readonly name: string;
  /** With its modifiers and, but for the system's, its schema. */
  readonly type: string;
  /** Name of the system's type behind it, domains resolved; `other` for anybody else's. */
  readonly base: string;
  readonly generated: boolean;
}

export interface KeyColumn {
  readonly name: string;
  readonly type: string;
  readonly base: string;
  /** The same on both sides where they sort its values alike; null where that can't be told. */
  readonly ordering: string | null;
}

/** A table as the catalogue of one side has it. */
export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'p';
  /** Schema and name of the topmost table that it is a partition of. */
  readonly root: readonly [string, string] | null;
  readonly columns: readonly ColumnFacts[];
  readonly key: readonly KeyColumn[] | null;
  /** The server's estimate. */
  readonly rows: number;
  /** On disk, without indexes. */
  readonly bytes: number;
}

export interface SideFacts {
  readonly encoding: string;
  readonly tables: readonly TableFacts[];
}

export async function readTables(side: DatabaseSide, schemas: readonly string[]): Promise<SideFacts> {
  const tables = await side.scan<TableFacts>(true, loadSql('verification/tables'), [schemas]);
  const [setting] = await side.rows<{ encoding: string }>(
    `SELECT current_setting('server_encoding') AS encoding`,
  );
  return { encoding: setting?.encoding ?? '', tables };
}
