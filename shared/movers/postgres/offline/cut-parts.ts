import type { SourceTable } from './source-tables';

/** What one transaction copies. */
export type Piece = TablePiece | LargeObjectsPiece;

export interface TablePiece {
  readonly kind: 'table';
  readonly table: Pick<SourceTable, 'schema' | 'name' | 'columns' | 'format' | 'condition'>;
  /** Pages of the heap from `from` to before `to`, null: to its end. Null: the whole table. */
  readonly pages: { readonly from: number; readonly to: number | null } | null;
  /** Estimates. */
  readonly rows: number;
  readonly bytes: number;
}

/** Large objects whose ids are from `from` to `to`, both included. */
export interface LargeObjectsPiece {
  readonly kind: 'large-objects';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface CutSizes {
  /** A table larger than this is copied in ranges, so that no transaction is much larger. */
  readonly rangeBytes: number;
  /** Tables may be cut: the source finds pages by their number (version 14 on), else each range would read the whole table. */
  readonly ranges: boolean;
}

/** Small pieces are put together up to these: a call costs more than copying a small table. */
const PART_BYTES = 256 * 2 ** 20;
const PART_PIECES = 500;

/** Largest first, so that no stream is left with a large table while the others have nothing to do. */
export function cutParts(
  tables: readonly SourceTable[],
  largeObjects: readonly LargeObjectsPiece[],
  sizes: CutSizes,
): readonly (readonly Piece[])[] {
  const pieces = [...tables.flatMap((table) => piecesOf(table, sizes)), ...largeObjects];
  pieces.sort((one, other) => other.bytes - one.bytes);
  const parts: Piece[][] = [];
  let bytes = 0;
  for (const piece of pieces) {
    const part = parts.at(-1);
    if (part === undefined || bytes + piece.bytes > PART_BYTES || part.length >= PART_PIECES) {
      parts.push([piece]);
      bytes = piece.bytes;
    } else {
      part.push(piece);
      bytes += piece.bytes;
    }
  }
  return parts;
}

function piecesOf(source: SourceTable, { rangeBytes, ranges }: CutSizes): readonly TablePiece[] {
  const { schema, name, columns, format, condition, rows, bytes, pages, heap } = source;
  const table = { schema, name, columns, format, condition };
  const count = ranges && heap ? Math.min(pages, Math.ceil(bytes / rangeBytes)) : 1;
  if (count <= 1) return [{ kind: 'table', table, pages: null, rows, bytes }];
  return Array.from({ length: count }, (_, index) => ({
    kind: 'table',
    table,
    pages: {
      from: Math.floor((pages * index) / count),
      // The last range is open: rows may have come behind the pages that were counted.
      to: index + 1 < count ? Math.floor((pages * (index + 1)) / count) : null,
    },
    rows: rows / count,
    bytes: bytes / count,
  }));
}
