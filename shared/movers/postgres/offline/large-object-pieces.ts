import type { Client } from 'pg';
import { loadSql } from '../load-sql';
import type { LargeObjectsPiece } from './cut-parts';

const OBJECTS_PER_PIECE = 2_000;

/** The source's large objects in ranges of ids that hold about so many bytes. */
export async function largeObjectPieces(
  source: Client,
  rangeBytes: number,
): Promise<readonly LargeObjectsPiece[]> {
  const parameters = [rangeBytes, OBJECTS_PER_PIECE];
  const { rows } = await source.query<Omit<LargeObjectsPiece, 'kind'>>(
    loadSql('offline/large-object-pieces'),
    parameters,
  );
  return rows.map((row) => ({ kind: 'large-objects', ...row }));
}
