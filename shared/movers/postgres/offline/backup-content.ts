import type { Client } from 'pg';
import { loadSql } from '../load-sql';
import { CHUNK_BYTES, OBJECTS_AT_ONCE, type LargeObject } from './copy-large-objects';
import { CopyOut } from './copy-out';
import { readStatement } from './copy-statements';
import type { LargeObjectsPiece, TablePiece } from './cut-parts';
import { encodeFrame } from './large-object-frames';
import type { OfflineSlice } from './offline-slice';

/** What a piece gives, chunk by chunk, and how many rows that were once all of it was given. */
export interface PieceContent {
  readonly chunks: AsyncIterable<Buffer>;
  readonly rows: () => number;
}

type Pace = Pick<OfflineSlice, 'allow'>;

export function rowsContent(source: Client, piece: TablePiece, slice: Pace): PieceContent {
  const stream = source.query(new CopyOut(readStatement(piece)));
  return { chunks: paced(stream as AsyncIterable<Buffer>, slice), rows: () => stream.rowCount };
}

export function largeObjectsContent(source: Client, piece: LargeObjectsPiece, slice: Pace): PieceContent {
  let rows = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const objects of pagesOf(source, piece)) {
      for (const object of objects) yield* framesOf(source, object);
      rows += objects.length;
    }
  };
  return { chunks: paced(counted(), slice), rows: () => rows };
}

async function* paced(chunks: AsyncIterable<Buffer>, slice: Pace): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const wait = slice.allow(chunk.byteLength);
    if (wait !== null) await wait;
    yield chunk;
  }
}

async function* pagesOf(
  source: Client,
  { from, to }: LargeObjectsPiece,
): AsyncGenerator<readonly LargeObject[]> {
  for (let after = from - 1; ;) {
    const parameters = [after, to, OBJECTS_AT_ONCE, CHUNK_BYTES];
    const { rows } = await source.query<LargeObject>(loadSql('offline/large-objects'), parameters);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}

async function* framesOf(source: Client, { id, content, ...about }: LargeObject): AsyncGenerator<Buffer> {
  yield encodeFrame({ id, offset: 0, content, about });
  for (
    let offset = content.byteLength, last = content;
    last.byteLength === CHUNK_BYTES;
    offset += last.byteLength
  ) {
    const { rows } = await source.query<{ content: Buffer }>('SELECT lo_get($1, $2, $3) AS content', [
      id,
      offset,
      CHUNK_BYTES,
    ]);
    last = rows[0]?.content ?? Buffer.alloc(0);
    if (last.byteLength > 0) yield encodeFrame({ id, offset, content: last, about: null });
  }
}
