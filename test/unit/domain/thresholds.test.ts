import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeThresholds, type Sample } from '../../../shared/domain/thresholds';

const limits = { maxErrorRate: 0.1, maxP95Ms: 100, maxConsecutiveFailures: 3 };
const ok = (durationMs = 10): Sample => ({ ok: true, durationMs });
const bad: Sample = { ok: false, durationMs: 5_000 };
const many = (count: number, sample: Sample): Sample[] => Array.from({ length: count }, () => sample);

describe('thresholds of a moved workload', () => {
  it('R148 breaks at once at the limit of failures in a row, not below it', () => {
    expect(judgeThresholds([bad, bad], limits)).toMatchObject({ kept: true, broken: [] });
    expect(judgeThresholds([bad, bad, bad], limits)).toMatchObject({ kept: false });
    expect(judgeThresholds([bad, bad, ok(), bad, bad], limits).broken.join()).not.toMatch(/in a row/);
  });

  it('R50 counts rate and latency from ten samples on', () => {
    expect(judgeThresholds([...many(7, ok()), bad, bad], limits).kept).toBe(true);
    expect(judgeThresholds([...many(8, ok()), bad, bad], limits).broken).toEqual([
      'error rate 20.0 % (limit 10.0 %)',
    ]);
    expect(judgeThresholds(many(9, ok(101)), limits).kept).toBe(true);
    expect(judgeThresholds(many(10, ok(101)), limits).broken).toEqual([
      '95th percentile 101 ms (limit 100 ms)',
    ]);
  });

  it('R49 keeps a limit that is met exactly', () => {
    expect(judgeThresholds([...many(9, ok(100)), bad], limits)).toMatchObject({
      kept: true,
      errorRate: 0.1,
      p95Ms: 100,
    });
  });

  it('judges no samples as kept', () => {
    expect(judgeThresholds([], limits)).toEqual({
      kept: true,
      broken: [],
      samples: 0,
      errorRate: 0,
      p95Ms: 0,
    });
  });

  it('gives as 95th percentile the smallest duration that 95 % of the good samples do not exceed', () => {
    const samples = fc.array(fc.record({ ok: fc.boolean(), durationMs: fc.nat(1_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(samples, (given) => {
        const { p95Ms, errorRate, samples: count } = judgeThresholds(given, limits);
        const good = given.filter((sample) => sample.ok).map(({ durationMs }) => durationMs);
        const within = (ms: number) => good.filter((duration) => duration <= ms).length >= good.length * 0.95;
        expect(p95Ms).toBe(
          good.filter(within).reduce((a, b) => Math.min(a, b), Infinity) === Infinity
            ? 0
            : Math.min(...good.filter(within)),
        );
        expect(errorRate * count).toBeCloseTo(given.length - good.length);
      }),
    );
  });
});
