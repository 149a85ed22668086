import { describe, expect, it } from '@jest/globals';
import {
  forecastMs,
  spread,
  stratumOf,
  type Stratum,
} from '../../../../../shared/movers/postgres/verification/forecast-verification';

const MB = 2 ** 20;

const stratum = (name: Stratum['stratum'], more: Partial<Stratum>): Stratum => ({
  ...{
    stratum: name,
    tables: 0,
    bytes: 0,
    sampledTables: 0,
    sampledChunks: 0,
    sampledBytes: 0,
    sampledMs: 0,
  },
  ...more,
});

describe('forecast of a verification', () => {
  it('R81 counts small tables by their number and others by their bytes', () => {
    const small = stratum('small', {
      tables: 300,
      bytes: 5 * MB,
      sampledTables: 3,
      sampledBytes: MB,
      sampledMs: 30,
    });
    const large = stratum('large', {
      tables: 1,
      bytes: 1_000 * MB,
      sampledTables: 1,
      sampledBytes: 10 * MB,
      sampledMs: 200,
    });
    expect(forecastMs([small, large])).toBe(3_000 + 20_000);
    expect(forecastMs([])).toBe(0);
  });

  it('R81 takes a sample from every size class, the largest table among it', () => {
    const tables = Array.from({ length: 10 }, (_, index) => ({ bytes: (index + 1) * MB }));
    expect(spread(tables, 3).map(({ bytes }) => bytes / MB)).toEqual([10, 7, 4]);
    expect(spread(tables.slice(0, 2), 3)).toHaveLength(2);
    expect([8, 9, 257].map((size) => stratumOf(size * MB))).toEqual(['small', 'medium', 'large']);
  });
});
