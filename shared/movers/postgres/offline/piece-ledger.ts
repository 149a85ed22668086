import type { Client } from 'pg';
import { MigrationError } from '../../../contracts/errors';

/** Names a piece of a pass, on the target as in the journal. */
export interface PieceName {
  readonly migrationId: string;
  readonly pass: number;
  readonly part: number;
  /** From 0, in the order of the part. */
  readonly piece: number;
}

const CLAIM = `INSERT INTO causeway.offline_piece (migration_id, pass, part, piece)
  SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT FROM causeway.offline_pass WHERE migration_id = $1 AND pass = $2 FOR SHARE)
  ON CONFLICT DO NOTHING`;
const CURRENT = 'SELECT FROM causeway.offline_pass WHERE migration_id = $1 AND pass = $2';
const RECORD = `UPDATE causeway.offline_piece SET rows = $5, bytes = $6
  WHERE migration_id = $1 AND pass = $2 AND part = $3 AND piece = $4`;
const DONE = `SELECT part, piece, rows::float8, bytes::float8 FROM causeway.offline_piece
  WHERE migration_id = $1 AND pass = $2 AND ($3::int IS NULL OR part = $3)`;

export interface DonePiece {
  readonly part: number;
  readonly piece: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Pieces of the pass, or of one part, whose rows are on the target. */
export async function donePieces(
  target: Client,
  { migrationId, pass, part }: { migrationId: string; pass: number; part: number | null },
): Promise<readonly DonePiece[]> {
  const { rows } = await target.query<DonePiece>(DONE, [migrationId, pass, part]);
  return rows;
}

/**
 * First statement of a piece's transaction: nobody else copies it then. Waits for whoever is at it; false where the piece is there
 * already. Throws `conflict` where another pass was begun.
 */
export async function claimPiece(
  target: Client,
  { migrationId, pass, part, piece }: PieceName,
): Promise<boolean> {
  const claimed = await target.query(CLAIM, [migrationId, pass, part, piece]);
  if (claimed.rowCount === 1) return true;
  const { rowCount } = await target.query(CURRENT, [migrationId, pass]);
  if (rowCount === 1) return false;
  throw new MigrationError('conflict', `pass ${pass} of this copy is over: another one was begun`);
}

/** Last statement of a piece's transaction. */
export async function recordPiece(
  target: Client,
  { migrationId, pass, part, piece }: PieceName,
  { rows, bytes }: { rows: number; bytes: number },
): Promise<void> {
  await target.query(RECORD, [migrationId, pass, part, piece, rows, bytes]);
}
