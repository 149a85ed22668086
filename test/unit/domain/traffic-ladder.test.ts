import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Traffic } from '../../../shared/contracts/traffic';
import {
  ladderPlan,
  nextMove,
  writeOrder,
  type LadderPlan,
  type LadderPosition,
  type Weights,
} from '../../../shared/domain/traffic-ladder';

const steps = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 })
  .map((shares) => [...shares.sort((a, b) => a - b), 100]);
const described = (more: object): Traffic =>
  Traffic.parse({
    kind: 'traffic-manager',
    subscriptionId: '11111111-2222-4333-8444-555555555555',
    resourceGroup: 'shop',
    profile: 'shop',
    source: { type: 'externalEndpoints', name: 'onprem' },
    target: { type: 'azureEndpoints', name: 'azure' },
    ...more,
  });
const share = ({ source, target }: Weights): number => target / (source + target);

describe('the rungs of a ladder', () => {
  it('R135 rise from step to step, within what Azure takes, and end with everybody on the target', () => {
    fc.assert(
      fc.property(steps, (shares) => {
        const { rungs } = ladderPlan(described({ steps: shares }));
        expect(rungs.map((rung) => Math.round(share(rung) * 100))).toEqual(shares);
        for (const { source, target } of rungs)
          expect(
            source >= 0 && target >= 1 && source <= 1_000 && target <= 1_000 && source + target > 0,
          ).toBe(true);
        expect(rungs.at(-1)).toEqual({ source: 0, target: 1_000 });
      }),
    );
  });

  it('are one for a record, which cannot be shared out', () => {
    const dns = Traffic.parse({
      kind: 'azure-dns',
      subscriptionId: '11111111-2222-4333-8444-555555555555',
      resourceGroup: 'shop',
      zone: 'example.org',
      name: 'shop',
      records: { type: 'A', source: ['10.0.0.5'], target: ['203.0.113.9'] },
    });
    expect(ladderPlan(dns)).toEqual({
      lowTtlSeconds: 30,
      waitMs: 60_000,
      rungs: [{ source: 0, target: 1_000 }],
    });
  });

  it.each([
    ['steps that fall', { steps: [50, 10, 100] }],
    ['steps that end early', { steps: [10, 50] }],
    ['one side only', { target: { type: 'externalEndpoints', name: 'onprem' } }],
  ])('are refused for %s', (_what, more) => {
    expect(() => described(more)).toThrow();
  });
});

describe('the order of two writes', () => {
  const side = fc.integer({ min: 1, max: 1_000 });
  const moves = fc.oneof(
    // Up and down between rungs, whose weights add up to the same.
    fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })).map(([from, to]) => ({
      from: { source: 1_000 - from * 10, target: from * 10 },
      to: { source: 1_000 - to * 10, target: to * 10 },
    })),
    // To and from what was in force before, on a scale of its own.
    fc.tuple(side, fc.integer({ min: 1, max: 100 }), fc.boolean()).map(([prior, percent, isUp]) => {
      const [before, rung] = [
        { source: prior, target: 0 },
        { source: 1_000 - percent * 10, target: percent * 10 },
      ];
      return isUp ? { from: before, to: rung } : { from: rung, to: before };
    }),
  );

  it('never leaves both sides unserved, and never overshoots, in between', () => {
    fc.assert(
      fc.property(moves, ({ from, to }) => {
        const [first] = writeOrder(from, to);
        const between = { ...from, [first]: to[first] };
        expect(between.source + between.target).toBeGreaterThan(0);
        const [low, high] = [Math.min(share(from), share(to)), Math.max(share(from), share(to))];
        expect(share(between)).toBeGreaterThanOrEqual(low);
        expect(share(between)).toBeLessThanOrEqual(high);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the next move', () => {
  const plan: LadderPlan = ladderPlan(described({ steps: [10, 50, 100], lowTtlSeconds: 30, waitMs: 60_000 }));
  const at = (more: Partial<LadderPosition> = {}): LadderPosition => ({
    rung: 0,
    ttlSeconds: 30,
    staleUntilMs: null,
    reachedAtMs: null,
    ...more,
  });

  it('lowers the TTL first, then waits the old one out, then climbs', () => {
    expect(nextMove(plan, at({ ttlSeconds: 3_600 }), 0, true)).toEqual({ kind: 'lower-ttl', ttlSeconds: 30 });
    expect(nextMove(plan, at({ staleUntilMs: 500 }), 499, true)).toEqual({ kind: 'wait', untilMs: 500 });
    expect(nextMove(plan, at({ staleUntilMs: 500 }), 500, true)).toMatchObject({ kind: 'climb', rung: 1 });
  });

  it('watches a rung for as long as was agreed, and for the TTL in force if that is longer', () => {
    expect(nextMove(plan, at({ rung: 1, reachedAtMs: 0 }), 59_999, true)).toEqual({
      kind: 'watch',
      untilMs: 60_000,
    });
    expect(nextMove({ ...plan, waitMs: 0 }, at({ rung: 1, reachedAtMs: 0 }), 29_999, true)).toEqual({
      kind: 'watch',
      untilMs: 30_000,
    });
    expect(nextMove(plan, at({ rung: 3, reachedAtMs: 0 }), 60_000, true)).toEqual({ kind: 'arrived' });
  });

  it('R148 steps down from a rung that broke its thresholds, at once', () => {
    expect(nextMove(plan, at({ rung: 2, reachedAtMs: 0 }), 1, false)).toEqual({ kind: 'step-down', rung: 1 });
  });
});
