import type { RowProblem } from '../../../contracts/planning/import';

/** One row as text, and the line it begins at as a person counts them. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What could be read next. A problem that is an error ends the table. */
export interface TableBatch {
  readonly rows: readonly TableRow[];
  readonly problems: readonly RowProblem[];
}

export interface SourceTable {
  readonly kind: 'table';
  readonly file: string;
  readonly sheet: string | null;
  /** The first rows that are not empty, among which the headers are looked for. */
  readonly head: readonly TableRow[];
  /** All rows from the first on; every call reads anew. */
  batches(): AsyncIterable<TableBatch>;
}

export interface SourceDocument {
  readonly kind: 'document';
  readonly file: string;
  readonly value: unknown;
  /** The line at which the value at this path begins; that of the nearest one around it where there is none. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** A file that can't be read at all, or for what it is must not be. */
export interface RefusedSource {
  readonly kind: 'refused';
  readonly file: string;
  readonly problem: RowProblem;
}

export type InventorySource = SourceTable | SourceDocument | RefusedSource;

/** Where something stands in what was imported. */
export interface Position {
  readonly file: string;
  readonly sheet: string | null;
  readonly line: number;
}
