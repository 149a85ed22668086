import { describe, expect, it } from '@jest/globals';
import { Draws } from '../../../../../shared/domain/planning/simulate/draws';
import { drawnMinutes } from '../../../../../shared/domain/planning/simulate/duration';
import { threefry } from '../../../../../shared/domain/planning/simulate/threefry';

describe('threefry', () => {
  it('gives the known answers of its authors for 20 rounds', () => {
    const out = new Uint32Array(2);
    const words = (...[key0, key1, counter0, counter1]: [number, number, number, number]) => {
      threefry(key0, key1, counter0, counter1, out);
      return [...out];
    };
    const ones = 0xffffffff;
    expect(words(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(words(ones, ones, ones, ones)).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(words(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0]);
  });
});

describe('drawn durations', () => {
  const RUNS = 20_000;
  const shareBelow = (limit: number, draw: (run: number) => number): number =>
    Array.from({ length: RUNS }, (_, run) => draw(run)).filter((value) => value <= limit).length / RUNS;

  it('stay below low once in ten, below likely in half, below high nine times in ten', () => {
    const minutes = { low: 600, likely: 1_000, high: 3_000 };
    const draw = (run: number) => drawnMinutes(minutes, new Draws(5, run).downtime(3, 0));
    expect(Math.abs(shareBelow(600, draw) - 0.1)).toBeLessThan(0.01);
    expect(Math.abs(shareBelow(1_000, draw) - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(shareBelow(3_000, draw) - 0.9)).toBeLessThan(0.01);
  });

  it('are what is forecast where nothing is left open', () => {
    for (const normal of [-4, -0.1, 0, 3])
      expect(drawnMinutes({ low: 31, likely: 31, high: 31 }, normal)).toBe(31);
    expect(drawnMinutes({ low: 0, likely: 0, high: 9 }, 2)).toBe(0);
  });

  it('of the waves on one line go together, of the lines they do not', () => {
    const products = (one: (draws: Draws) => number, other: (draws: Draws) => number): number =>
      Array.from({ length: RUNS }, (_, run) => new Draws(9, run))
        .map((draws) => one(draws) * other(draws))
        .reduce((sum, product) => sum + product, 0) / RUNS;
    const first = (draws: Draws) => draws.transfer(1, 0);
    expect(Math.abs(products(first, first) - 1)).toBeLessThan(0.05);
    expect(Math.abs(products(first, (draws) => draws.transfer(2, 0)) - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(products(first, (draws) => draws.transfer(2, 1)))).toBeLessThan(0.05);
  });

  it('of fate are spread evenly', () => {
    const fate = (run: number) => new Draws(1, run).fate(4, 1);
    for (const limit of [0.02, 0.3, 0.8])
      expect(Math.abs(shareBelow(limit, fate) - limit)).toBeLessThan(0.01);
  });
});
