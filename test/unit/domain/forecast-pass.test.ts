import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PassSummary } from '../../../shared/contracts/transfer';
import { forecastPass } from '../../../shared/domain/forecast-pass';

const summary = (more: Partial<PassSummary>): PassSummary => ({
  pass: 1,
  items: 1_000,
  bytes: 1_000_000_000,
  copiedItems: 0,
  copiedBytes: 0,
  deletedItems: 0,
  failedItems: 0,
  unsupportedItems: 0,
  durationMs: 0,
  ...more,
});
const first = summary({ copiedItems: 1_000, copiedBytes: 1_000_000_000, durationMs: 110_000 });

describe('forecastPass', () => {
  it('R124 knows nothing without a pass, and expects another like the only one', () => {
    expect(forecastPass([])).toBeNull();
    expect(forecastPass([first])).toBe(110_000);
    expect(forecastPass([first], 0)).toBe(0);
    expect(forecastPass([first], 100)).toBeCloseTo(11_000, -2);
  });

  it('R124 tells what looking costs from what sending costs', () => {
    const second = summary({ pass: 2, copiedItems: 10, copiedBytes: 10_000_000, durationMs: 11_000 });
    expect(forecastPass([first, second], 0)).toBeCloseTo(10_000, -2);
    expect(forecastPass([first, second], 20)).toBeCloseTo(12_000, -2);
    // As much changes in the next eleven seconds as did, per second, in the first hundred and ten.
    expect(forecastPass([first, second])).toBeCloseTo(10_100, -2);
  });

  it('expects a quiet source to take what looking took', () => {
    const quiet = summary({ pass: 2, durationMs: 700 });
    expect(forecastPass([first, quiet])).toBe(700);
    expect(forecastPass([quiet])).toBe(700);
  });

  it('is never negative nor unbounded, whatever the passes were', () => {
    const some = fc.integer({ min: 0, max: 1_000_000 });
    const pass = fc
      .record({ copiedItems: some, copiedBytes: some, deletedItems: some, durationMs: some })
      .map(summary);
    fc.assert(
      fc.property(fc.array(pass, { minLength: 1, maxLength: 6 }), (history) => {
        const forecast = forecastPass(history) ?? -1;
        const longest = Math.max(...history.map(({ durationMs }) => durationMs));
        expect(forecast).toBeGreaterThanOrEqual(0);
        expect(forecast).toBeLessThanOrEqual(2 * longest + 1);
      }),
    );
  });
});
