import { describe, expect, it } from '@jest/globals';
import { OutageMeter, percentile } from '../../../clients/demo/outage-meter';

const meterOf = (...reads: [endedAtMs: number, problem: string | null][]) => {
  const meter = new OutageMeter();
  for (const [endedAtMs, problem] of reads)
    meter.add({ endedAtMs, durationMs: 4, ok: problem === null, problem });
  return meter.summary();
};

describe('OutageMeter', () => {
  it('measures from the last good answer before failures to the first good one after them', () => {
    const summary = meterOf(
      [0, null],
      [100, null],
      [120, 'status-503'],
      [900, 'status-503'],
      [1_000, null],
      [1_050, 'x'],
      [1_100, null],
    );
    expect(summary).toMatchObject({
      longestOutageMs: 900,
      totalOutageMs: 1_000,
      outages: 2,
      failures: 3,
      reads: 7,
    });
    expect(summary.problems).toEqual({ 'status-503': 2, x: 1 });
  });

  it('takes a pause without failures for none', () => {
    expect(meterOf([0, null], [60_000, null])).toMatchObject({
      longestOutageMs: 0,
      outages: 0,
      servedAtTheEnd: true,
    });
  });

  it('says that an outage had not ended, and when nothing was ever served', () => {
    expect(meterOf([0, null], [10, 'ECONNREFUSED'])).toMatchObject({
      servedAtTheEnd: false,
      longestOutageMs: 0,
    });
    expect(meterOf([10, 'ECONNREFUSED'])).toMatchObject({ servedAtTheEnd: false });
    expect(meterOf()).toMatchObject({ servedAtTheEnd: false, reads: 0, latencyMs: { p50: 0, p99: 0 } });
  });

  it('counts wrong content apart', () => {
    expect(meterOf([0, null], [1, 'wrong-content'], [2, null])).toMatchObject({
      wrongContent: 1,
      failures: 1,
    });
  });
});

describe('percentile', () => {
  it('is the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([
      percentile(values, 0.5),
      percentile(values, 0.99),
      percentile([7], 0.99),
      percentile([], 0.5),
    ]).toEqual([50, 99, 7, 0]);
  });
});
