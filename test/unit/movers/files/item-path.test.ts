import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparePaths, decodePath, encodeSegment } from '../../../../shared/movers/files/item-path';

const DOTS = [Buffer.from('.'), Buffer.from('..')];
/** File names as Linux allows them: any bytes but a slash and zero. Awkward ones on purpose. */
const name = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map((text) => Buffer.from(text)),
    fc.stringMatching(/^[%2Ee.\\ ab]{1,8}$/).map((text) => Buffer.from(text)),
  )
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 0x2f)))
  .filter((bytes) => bytes.length > 0 && !DOTS.some((dots) => dots.equals(bytes)));

describe('item paths', () => {
  it('give back the bytes of any file name', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const path = names.map(encodeSegment).join('/');
        const bytes = Buffer.concat(
          names.flatMap((part, n) => (n === 0 ? [part] : [Buffer.from('/'), part])),
        );
        expect(decodePath(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are fit for a blob name: well-formed text without control characters, backslashes or a dot at an end', () => {
    fc.assert(
      fc.property(name, (bytes) => {
        const segment = encodeSegment(bytes);
        expect(segment.isWellFormed()).toBe(true);
        expect(segment).not.toMatch(/[\u0000-\u001f\u007f-\u009f\\/]|\.$|\ufffd/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave ordinary names as they are', () => {
    for (const text of [
      'a',
      'report.final.pdf',
      'naïve',
      '日本語',
      '🚚',
      ' a b ',
      '.git',
      '-x',
      "it's",
      'a+b&c?#',
    ]) {
      expect(encodeSegment(Buffer.from(text))).toBe(text);
    }
  });

  it.each([
    '',
    '..',
    '.',
    'a/../b',
    'a//b',
    '/a',
    'a/',
    '%2E%2E',
    'a/%2E',
    '%2Fetc',
    'a%00b%2F',
    '%41',
    'a\\b',
    '%e9',
  ])('R121 refuse %j, which no file below a root has', (path) => {
    expect(() => decodePath(path)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('are in one total order, in which everything in a folder comes directly after it', () => {
    const path = fc
      .array(name.map(encodeSegment), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, path, path, (a, b, c) => {
        expect(Math.sign(comparePaths(a, b))).toBe(-Math.sign(comparePaths(b, a)) + 0);
        expect(comparePaths(a, b) === 0).toBe(a === b);
        const [first, second, third] = [a, b, c].sort(comparePaths);
        expect(comparePaths(first ?? '', third ?? '')).toBeLessThanOrEqual(0);
        // Whatever lies between a folder and something in it is in it too.
        if (third?.startsWith(`${first}/`))
          expect(second === first || second?.startsWith(`${first}/`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
