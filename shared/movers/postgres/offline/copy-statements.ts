import { qualifiedName, quoteIdentifier, quoteLiteral } from '../connect/quote';
import type { TablePiece } from './cut-parts';

const columnsOf = ({ table }: TablePiece): string => table.columns.map(quoteIdentifier).join(', ');
const nameOf = ({ table }: TablePiece): string => qualifiedName(table.schema, table.name);

/** Gives the rows of a piece, of this very table alone: what inherits from it is copied by itself. */
export function readStatement(piece: TablePiece): string {
  const { table, pages } = piece;
  const conditions = pages === null ? [] : rangeConditions(pages);
  const format = `(FORMAT ${table.format})`;
  if (table.condition !== null && table.condition !== '')
    // An extension's author wrote the whole WHERE clause.
    return `COPY (SELECT ${columnsOf(piece)} FROM ONLY ${nameOf(piece)} ${table.condition}) TO STDOUT ${format}`;
  if (conditions.length === 0) return `COPY ${nameOf(piece)}${columnList(piece)} TO STDOUT ${format}`;
  const where = conditions.join(' AND ');
  return `COPY (SELECT ${columnsOf(piece)} FROM ONLY ${nameOf(piece)} WHERE ${where}) TO STDOUT ${format}`;
}

/** Takes the rows of a piece. Freezing spares a later visit of every page; it takes a table emptied in the same transaction. */
export const writeStatement = (piece: TablePiece, freeze: boolean): string =>
  `COPY ${nameOf(piece)}${columnList(piece)} FROM STDIN (FORMAT ${piece.table.format}${freeze ? ', FREEZE' : ''})`;

/** Without columns the list has to be left out. */
const columnList = (piece: TablePiece): string =>
  piece.table.columns.length === 0 ? '' : ` (${columnsOf(piece)})`;

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
