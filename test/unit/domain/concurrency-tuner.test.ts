import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTuning, tune, type Tuning } from '../../../shared/domain/concurrency-tuner';

/** A service whose rate grows in proportion up to a knee and not beyond. */
const rateOf = (knee: number, concurrency: number): number => Math.min(knee, concurrency) * 1_000;

/** What is in flight, observation by observation. */
function observed(knee: number, most: number, count: number): Tuning[] {
  const seen = [startTuning()];
  for (let n = 0; n < count; n += 1) {
    const now = seen.at(-1) ?? startTuning();
    seen.push(tune(now, { rate: rateOf(knee, now.concurrency), throttled: 0 }, most));
  }
  return seen;
}

describe('the tuner of concurrency', () => {
  it('R123 takes four times as many until 256, then twice, while that pays', () => {
    const tried = observed(100_000, 1_000, 6).map(({ concurrency }) => concurrency);
    expect(tried).toEqual([4, 16, 64, 256, 512, 1_000, 1_000]);
  });

  it('R123 goes back where a step does not pay and refines from there', () => {
    const tried = observed(20, 256, 7).map(({ concurrency }) => concurrency);
    // 64 brings 25 % instead of 300 %; 40 brings less than a fifth of its share as well, 28 brings more.
    expect(tried.slice(0, 4)).toEqual([4, 16, 64, 40]);
    expect(tried.at(-1)).toBeGreaterThanOrEqual(20);
    expect(tried.at(-1)).toBeLessThanOrEqual(40);
  });

  it('R123 settles where the service gives all it has, without much more in flight than that takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 400 }), fc.integer({ min: 1, max: 256 }), (knee, most) => {
        const settled = observed(knee, most, 40).at(-1);
        expect(settled?.rest).toBeGreaterThan(0);
        const concurrency = settled?.concurrency ?? 0;
        expect(rateOf(knee, concurrency)).toBeGreaterThanOrEqual(0.7 * rateOf(knee, most));
        expect(concurrency).toBeLessThanOrEqual(Math.max(4, knee * 4));
      }),
    );
  });

  it('R131 keeps to its bounds whatever it observes', () => {
    const observation = fc.record({
      rate: fc.float({ min: 0, max: 1e9, noNaN: true }),
      throttled: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(observation, { maxLength: 200 }),
        fc.integer({ min: 1, max: 256 }),
        (seen, most) => {
          let tuning = startTuning();
          for (const each of seen) {
            const before = tuning.concurrency;
            tuning = tune(tuning, each, most);
            expect(Number.isInteger(tuning.concurrency)).toBe(true);
            expect(tuning.concurrency).toBeGreaterThanOrEqual(1);
            expect(tuning.concurrency).toBeLessThanOrEqual(most);
            if (each.throttled > 0)
              expect(tuning.concurrency).toBeLessThanOrEqual(Math.max(1, 0.65 * before));
          }
        },
      ),
    );
  });

  it('R131 rests after a throttle before it asks for more', () => {
    const calm = { rate: 1_000, throttled: 0 };
    let tuning = tune({ ...startTuning(), concurrency: 100 }, { rate: 1_000, throttled: 1 }, 256);
    expect(tuning.concurrency).toBe(65);
    for (let n = 0; n < 15; n += 1) tuning = tune(tuning, calm, 256);
    expect(tuning.concurrency).toBe(65);
    expect(tune(tuning, calm, 256).concurrency).toBe(78);
  });
});
