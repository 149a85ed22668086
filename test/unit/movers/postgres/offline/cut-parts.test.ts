import { describe, expect, it } from '@jest/globals';
import { readStatement } from '../../../../../shared/movers/postgres/offline/copy-statements';
import { cutParts, type TablePiece } from '../../../../../shared/movers/postgres/offline/cut-parts';
import type { SourceTable } from '../../../../../shared/movers/postgres/offline/source-tables';

const MIB = 2 ** 20;

const table = (name: string, bytes: number): SourceTable => ({
  ...{ schema: 'public', name, columns: ['id'], format: 'binary', rows: bytes / 100, bytes },
  ...{ pages: bytes / 8_192, heap: true, condition: null },
});

describe('cutParts', () => {
  it('R130 begins with the largest, cuts what is too large and puts small tables together', () => {
    const tables = [
      table('large', 250 * MIB),
      table('small', MIB),
      table('tiny', 0),
      table('middle', 90 * MIB),
    ];
    const parts = cutParts(tables, [], { rangeBytes: 100 * MIB, ranges: true });
    const names = parts.map((part) => part.map((piece) => (piece.kind === 'table' ? piece.table.name : '')));
    expect(names).toEqual([
      ['middle', 'large'],
      ['large', 'large', 'small', 'tiny'],
    ]);
  });

  it('covers every page of a table once, also those that came since it was measured', () => {
    const pieces = cutParts([table('t', 10 * MIB)], [], {
      rangeBytes: 3 * MIB,
      ranges: true,
    }).flat() as TablePiece[];
    expect(pieces.map(({ pages }) => pages)).toEqual([
      { from: 0, to: 320 },
      { from: 320, to: 640 },
      { from: 640, to: 960 },
      { from: 960, to: null },
    ]);
    expect(pieces.map(readStatement)[3]).toBe(
      `COPY (SELECT "id" FROM ONLY "public"."t" WHERE ctid >= '(960,0)'::tid) TO STDOUT (FORMAT binary)`,
    );
  });

  it('leaves tables whole where the source would read all of them for each range', () => {
    const parts = cutParts([table('t', 10 * MIB)], [], { rangeBytes: MIB, ranges: false });
    expect(parts.flat()).toMatchObject([{ pages: null }]);
  });
});
