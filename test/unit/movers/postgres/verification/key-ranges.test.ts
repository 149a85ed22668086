import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstChunkRows,
  nextChunkRows,
  nextRange,
  type Key,
  type KeyRange,
} from '../../../../../shared/movers/postgres/verification/key-ranges';

/** As PostgreSQL compares rows: column by column. */
const compare = (a: Key, b: Key): number => {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
};

const isIn = (key: Key, { after, upTo }: KeyRange): boolean =>
  (after === null || compare(key, after) > 0) && (upTo === null || compare(key, upTo) <= 0);

const boundary = (keys: readonly Key[], after: Key | null, rows: number): Key | null =>
  keys
    .filter((key) => after === null || compare(key, after) > 0)
    .toSorted(compare)
    .at(rows - 1) ?? null;

/** Few letters, so that columns often repeat; empty ones and ones beyond ASCII too. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', 'ä'), maxLength: 2 });
const keys = fc.uniqueArray(fc.tuple(letters, letters), { maxLength: 40, selector: (key) => key.join('/') });

describe('ranges of a key', () => {
  it('R139 hold every key exactly once, whatever the sizes of chunks, and end', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (all, sizes) => {
        const ranges: KeyRange[] = [];
        for (let last: KeyRange | null = null; ; last = ranges.at(-1) ?? null) {
          const size: number = sizes[ranges.length % sizes.length] ?? 1;
          const range: KeyRange | null = nextRange(last, boundary(all, last?.upTo ?? null, size));
          if (range === null) break;
          ranges.push(range);
        }
        for (const key of all) expect(ranges.filter((range) => isIn(key, range))).toHaveLength(1);
        expect(ranges[0]?.after).toBeNull();
        expect(ranges.at(-1)?.upTo).toBeNull();
      }),
    );
  });

  it('R139 leave no gap and no overlap for rows that come and go, and for a call that goes on from the journal', () => {
    fc.assert(
      fc.property(
        keys,
        keys,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (first, later, sizes) => {
          const journal: string[] = [];
          for (let turn = 0; ; turn += 1) {
            const line = journal.at(-1);
            const last = line === undefined ? null : (JSON.parse(line) as KeyRange);
            const now = turn % 2 === 0 ? first : [...first.slice(turn % 3), ...later];
            const range = nextRange(last, boundary(now, last?.upTo ?? null, sizes[turn % sizes.length] ?? 1));
            if (range === null) break;
            journal.push(JSON.stringify(range));
          }
          const ranges = journal.map((line) => JSON.parse(line) as KeyRange);
          for (const key of [...first, ...later])
            expect(ranges.filter((range) => isIn(key, range))).toHaveLength(1);
        },
      ),
    );
  });

  it('come to half a second each, in steps of four at most, within bounds', () => {
    expect(nextChunkRows(10_000, 250)).toBe(20_000);
    expect(nextChunkRows(10_000, 10)).toBe(40_000);
    expect(nextChunkRows(10_000, 60_000)).toBe(2_500);
    expect(nextChunkRows(600, 60_000)).toBe(500);
    expect(nextChunkRows(5_000_000, 1)).toBe(5_000_000);
    expect(firstChunkRows({ rows: 1_000_000, bytes: 100 * 2 ** 20 })).toBe(40_000);
    expect(firstChunkRows({ rows: 0, bytes: 2 ** 40 })).toBe(20_972);
  });

  it('settle at half a second for any steady speed', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 5_000, noNaN: true }), (rowsAMs) => {
        let rows = 10_000;
        for (let turn = 0; turn < 12; turn += 1) rows = nextChunkRows(rows, rows / rowsAMs);
        expect(rows / rowsAMs).toBeGreaterThan(240);
        expect(rows / rowsAMs).toBeLessThan(1_010);
      }),
    );
  });
});
