import type { Client } from 'pg';
import { qualifiedName } from '../connect/quote';
import type { CopyConnections } from './copy-connections';
import { copyLargeObjects } from './copy-large-objects';
import { beginRead, readStatement, writeStatement } from './copy-statements';
import type { Piece, TablePiece } from './cut-parts';
import type { OfflineSlice } from './offline-slice';
import { claimPiece, recordPiece, type PieceName } from './piece-ledger';
import { relayCopy, type CopiedRows } from './relay-copy';

export interface CopyPieceInput {
  readonly name: PieceName;
  readonly piece: Piece;
  readonly slice: OfflineSlice;
  readonly advance: (bytes: number) => void;
}

/**
 * Copies one piece and says so, in one transaction of the target: a piece that was killed left nothing and is copied whole again.
 * Null where it was there already.
 */
export async function copyPiece(
  { source, target }: CopyConnections,
  { name, piece, slice, advance }: CopyPieceInput,
): Promise<CopiedRows | null> {
  await target.query('BEGIN');
  if (!(await claimPiece(target, name))) {
    await target.query('ROLLBACK');
    return null;
  }
  await source.query(beginRead(null));
  const way = { source, target, slice, advance };
  const copied =
    piece.kind === 'large-objects'
      ? await copyLargeObjects(way, piece)
      : await relayCopy({ ...way, read: readStatement(piece), write: await preparedWrite(target, piece) });
  await source.query('COMMIT');
  await recordPiece(target, name, copied);
  await target.query('COMMIT');
  return copied;
}

const REFERENCED = `SELECT FROM pg_constraint
  WHERE contype = 'f' AND confrelid = $1::regclass AND conrelid <> confrelid`;

/** A whole table that nothing refers to can be emptied, and then be filled with rows that need no later visit. */
export async function preparedWrite(target: Client, piece: TablePiece): Promise<string> {
  const { table, pages } = piece;
  const name = qualifiedName(table.schema, table.name);
  if (pages !== null || table.condition !== null) return writeStatement(table, false);
  const { rowCount } = await target.query(REFERENCED, [name]);
  if (rowCount !== 0) return writeStatement(table, false);
  await target.query(`TRUNCATE ONLY ${name}`);
  return writeStatement(table, true);
}
