import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../../shared/domain/token-bucket';

interface Payment {
  readonly at: number;
  readonly tokens: number;
}

/** Pays each amount as soon as the bucket lets it; time moves only as the bucket asks, and by the given idle times. */
function payments(rate: number, demands: readonly { tokens: number; idleMs: number }[]): Payment[] {
  let now = 0;
  const bucket = new TokenBucket(rate, now);
  return demands.map(({ tokens, idleMs }) => {
    now += idleMs;
    for (let wait = bucket.waitMs(now); wait > 0; wait = bucket.waitMs(now)) now += Math.max(wait, 0.001);
    bucket.pay(tokens);
    return { at: now, tokens };
  });
}

const demands = fc.array(
  fc.record({ tokens: fc.integer({ min: 1, max: 10_000 }), idleMs: fc.integer({ min: 0, max: 3_000 }) }),
  { minLength: 1, maxLength: 60 },
);
const rate = fc.integer({ min: 1, max: 5_000 });

describe('TokenBucket', () => {
  it('R131 lets no more pass in any time than rate, burst and one payment allow', () => {
    fc.assert(
      fc.property(rate, demands, (perSecond, wanted) => {
        const paid = payments(perSecond, wanted);
        paid.forEach((from, start) => {
          let sum = 0;
          for (const payment of paid.slice(start)) {
            const allowed = (perSecond * (payment.at - from.at)) / 1_000 + Math.max(1, perSecond * 0.25);
            // The payment itself may go into debt; everything before it is covered.
            expect(sum).toBeLessThanOrEqual(allowed + 1e-6 * perSecond + 1e-6);
            sum += payment.tokens;
          }
        });
      }),
    );
  });

  it('R131 wastes nothing: whoever always has more to send gets the whole rate', () => {
    fc.assert(
      fc.property(
        rate,
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2 }),
        (perSecond, tokens) => {
          const paid = payments(
            perSecond,
            tokens.map((amount) => ({ tokens: amount, idleMs: 0 })),
          );
          const sent = tokens.slice(0, -1).reduce((sum, amount) => sum + amount, 0);
          const last = paid.at(-1)?.at ?? 0;
          expect(last).toBeLessThanOrEqual(((sent + 1) / perSecond) * 1_000 + 1);
        },
      ),
    );
  });

  it('R123 follows a rate that is changed while it waits', () => {
    const bucket = new TokenBucket(10, 0);
    bucket.pay(1_000);
    expect(bucket.waitMs(0)).toBeGreaterThan(99_000);
    bucket.setRate(1_000, 0);
    expect(bucket.waitMs(0)).toBeLessThan(1_000);
    bucket.setRate(null, 0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.setRate(1, 0);
    expect(bucket.waitMs(0)).toBeGreaterThan(0);
  });

  it('never holds up anybody without a rate', () => {
    const bucket = new TokenBucket(null, 0);
    bucket.pay(1e12);
    expect(bucket.waitMs(0)).toBe(0);
  });
});
