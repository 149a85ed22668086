import { qualifiedName, quoteIdentifier, quoteLiteral } from '../connect/quote';
import type { TablePiece } from './cut-parts';

/** A table and how its rows travel. */
export type CopiedTable = Pick<TablePiece['table'], 'schema' | 'name' | 'columns' | 'format'>;

const columnsOf = ({ columns }: CopiedTable): string => columns.map(quoteIdentifier).join(', ');
const nameOf = ({ schema, name }: CopiedTable): string => qualifiedName(schema, name);

/** Gives the rows of a piece, of this very table alone: what inherits from it is copied by itself. */
export function readStatement({ table, pages }: TablePiece): string {
  const conditions = pages === null ? [] : rangeConditions(pages);
  const format = `(FORMAT ${table.format})`;
  if (table.condition !== null && table.condition !== '')
    // An extension's author wrote the whole WHERE clause.
    return `COPY (SELECT ${columnsOf(table)} FROM ONLY ${nameOf(table)} ${table.condition}) TO STDOUT ${format}`;
  if (conditions.length === 0) return `COPY ${nameOf(table)}${columnList(table)} TO STDOUT ${format}`;
  const where = conditions.join(' AND ');
  return `COPY (SELECT ${columnsOf(table)} FROM ONLY ${nameOf(table)} WHERE ${where}) TO STDOUT ${format}`;
}

/** Takes the rows of a piece. Freezing spares a later visit of every page; it takes a table emptied in the same transaction. */
export const writeStatement = (table: CopiedTable, freeze: boolean): string =>
  `COPY ${nameOf(table)}${columnList(table)} FROM STDIN (FORMAT ${table.format}${freeze ? ', FREEZE' : ''})`;

/** Without columns the list has to be left out. */
const columnList = (table: CopiedTable): string =>
  table.columns.length === 0 ? '' : ` (${columnsOf(table)})`;

function rangeConditions({ from, to }: { from: number; to: number | null }): readonly string[] {
  const place = (page: number) => `${quoteLiteral(`(${page},0)`)}::tid`;
  const first = `ctid >= ${place(from)}`;
  return to === null ? [first] : [first, `ctid < ${place(to)}`];
}

/** Begins to read in the state that a snapshot holds, or, null, of a source that takes no writes. */
export const beginRead = (snapshot: string | null): string =>
  snapshot === null
    ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
    : `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`;
