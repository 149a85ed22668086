import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { itemMark, listHash } from '../../../../shared/domain/planning/content-hash';
import { cutIntoPieces } from '../../../../shared/domain/planning/cut-into-pieces';

const item = fc.record({
  n: fc.nat(),
  text: fc.integer({ min: 0, max: 20_000 }).map((size) => 'x'.repeat(size)),
});
const marksOf = (items: readonly unknown[]) => items.map(itemMark);
const list = fc.array(item, { minLength: 1, maxLength: 200 }).map(marksOf);
const hashesOf = (marks: ReturnType<typeof marksOf>) => cutIntoPieces(marks).map(({ hash }) => hash);

describe('lists cut into pieces', () => {
  it('gives the list back, each piece with the hash of its items', () => {
    fc.assert(
      fc.property(list, (marks) => {
        const pieces = cutIntoPieces(marks);
        const parts = pieces.map(({ from, to }) => marks.slice(from, to));
        expect(parts.flat()).toEqual(marks);
        expect(pieces.map(({ hash }) => hash)).toEqual(
          parts.map((part) => listHash(part.map(({ hash }) => hash))),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('changes two pieces at most where one item is changed, new or gone', () => {
    fc.assert(
      fc.property(
        list,
        fc.array(item, { maxLength: 1 }),
        fc.nat(),
        fc.boolean(),
        (marks, given, at, replaces) => {
          const index = at % marks.length;
          const after = marks.toSpliced(index, replaces ? 1 : 0, ...marksOf(given));
          const before = new Set(hashesOf(marks));
          expect(hashesOf(after).filter((hash) => !before.has(hash)).length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('makes pieces of a size that an append takes, also of items that are all the same', () => {
    const small = cutIntoPieces(Array.from({ length: 25_000 }, () => itemMark(0)));
    expect(small.map(({ from, to }) => to - from)).toEqual([10_000, 10_000, 5_000]);
    const never = { hash: 'f'.repeat(64), characters: 100_000 };
    const large = cutIntoPieces(Array.from({ length: 100 }, () => never));
    expect(large.map(({ from, to }) => to - from)).toEqual([84, 16]);
  });

  it('has none of an empty list', () => {
    expect(cutIntoPieces([])).toEqual([]);
  });
});
