import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forecastFilesMs } from '../../../../shared/movers/files/trial/forecast-files';
import { StratifiedSample, type Stratum } from '../../../../shared/movers/files/trial/stratified-sample';
import type { FilesStratum } from '../../../../shared/contracts/copy-trial';

const MEBIBYTE = 2 ** 20;
const SAMPLED = { tiny: 128, small: 16, medium: 3, large: 2 };

const file = fc.record({
  path: fc.array(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  sizeBytes: fc.oneof(
    fc.integer({ min: 0, max: 64 * 1_024 + 1 }),
    fc.integer({ min: 0, max: 9 * MEBIBYTE }),
    fc.integer({ min: 8 * MEBIBYTE, max: 300 * MEBIBYTE }),
  ),
});
/** As a tree has them: each path once. */
const tree = fc
  .uniqueArray(file, { selector: ({ path }) => path.join('/'), maxLength: 400, size: 'max' })
  .map((files) => files.map(({ path, sizeBytes }) => ({ path: path.join('/'), sizeBytes })));

const strataOf = (files: readonly { path: string; sizeBytes: number }[]): Stratum[] => {
  const sample = new StratifiedSample();
  for (const { path, sizeBytes } of files) sample.add(path, sizeBytes);
  return sample.strata();
};

describe('the sample of a tree', () => {
  it('R81 is the same in whatever order the files come', () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.nat()), (files, numbers) => {
        const keys = new Map(files.map(({ path }) => [path, numbers.next().value ?? 0]));
        const shuffled = files.toSorted((a, b) => (keys.get(a.path) ?? 0) - (keys.get(b.path) ?? 0));
        expect(strataOf(shuffled)).toEqual(strataOf(files));
      }),
    );
  });

  it('R81 has files of every size class at every depth, each once, and counts all of them', () => {
    fc.assert(
      fc.property(tree, (files) => {
        const strata = strataOf(files);
        const given = new Set(files.map(({ path, sizeBytes }) => `${sizeBytes} ${path}`));
        expect(strata.reduce((sum, stratum) => sum + stratum.files, 0)).toBe(files.length);
        expect(strata.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
          files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        );
        for (const { size, depth, files: count, sample } of strata) {
          expect(sample).toHaveLength(Math.min(count, SAMPLED[size]));
          expect(new Set(sample.map(({ path }) => path)).size).toBe(sample.length);
          const misplaced = sample.filter(
            ({ path, sizeBytes }) =>
              !given.has(`${sizeBytes} ${path}`) || path.split('/').length > 3 !== (depth === 'deep'),
          );
          expect(misplaced).toEqual([]);
        }
      }),
    );
  });

  it('puts sizes at the bounds of a class below it', () => {
    const sizes = [0, 64 * 1_024, 64 * 1_024 + 1, 8 * MEBIBYTE, 8 * MEBIBYTE + 1, 256 * MEBIBYTE, 2 ** 40];
    const strata = strataOf(sizes.map((sizeBytes, index) => ({ path: `f${index}`, sizeBytes })));
    expect(strata.filter(({ depth }) => depth === 'shallow').map(({ size, files }) => [size, files])).toEqual(
      [
        ['tiny', 2],
        ['small', 2],
        ['medium', 2],
        ['large', 1],
      ],
    );
  });

  it('takes neighbours by chance: of names that only count up it takes some of every hundred', () => {
    const names = Array.from({ length: 2_000 }, (_, n) => `folder/file-${String(n).padStart(4, '0')}`);
    const [tiny] = strataOf(names.map((path) => ({ path, sizeBytes: 1 })));
    const hundreds = new Set(tiny?.sample.map(({ path }) => path.slice(0, -2)));
    expect(hundreds.size).toBeGreaterThan(15);
  });
});

const stratum = (known: Partial<FilesStratum>): FilesStratum => ({
  ...{ size: 'tiny', depth: 'shallow', files: 0, bytes: 0, sampledFiles: 0, sampledBytes: 0, sampledMs: 0 },
  ...known,
});

describe('the forecast of a sample of files', () => {
  it('R81 counts tiny files by their number and others by their bytes', () => {
    const tiny = stratum({ files: 1_000, bytes: 9e6, sampledFiles: 10, sampledBytes: 1, sampledMs: 50 });
    const known = { files: 4, bytes: 4e9, sampledFiles: 2, sampledBytes: 1e8, sampledMs: 1_000 };
    expect(forecastFilesMs([tiny])).toBe(5_000);
    expect(forecastFilesMs([tiny, stratum({ ...known, size: 'large' })])).toBe(5_000 + 40_000);
  });

  it('takes a stratum that nothing was sampled of for one of its size, else for any', () => {
    const known = { size: 'small' as const, files: 2, bytes: 200, sampledFiles: 1, sampledMs: 10 };
    const shallow = stratum({ ...known, sampledBytes: 100 });
    const deep = stratum({ size: 'small', depth: 'deep', files: 1, bytes: 50 });
    const medium = stratum({ size: 'medium', files: 1, bytes: 1_000 });
    expect(forecastFilesMs([shallow, deep, medium])).toBe(20 + 5 + 100);
    expect(forecastFilesMs([deep, medium])).toBe(0);
  });
});
