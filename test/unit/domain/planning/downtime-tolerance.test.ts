import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { downtimeTolerance } from '../../../../shared/domain/planning/classify/downtime-tolerance';
import { inventoryWorkload } from '../../../support/planning/inventory';

const toleranceOf = (facts: object) => downtimeTolerance(inventoryWorkload({ id: 'shop', ...facts }));
const ruleOf = (facts: object) => toleranceOf(facts).reasons.map(({ rule }) => rule);

describe('downtime tolerance', () => {
  it('R14 is what the owner accepts, whatever else is known', () => {
    const facts = { acceptableDowntimeMinutes: 480, recoveryTimeMinutes: 5, availabilityPercent: 99.99 };
    expect(toleranceOf(facts)).toEqual({
      minutes: 480,
      reasons: [{ rule: 'downtime-stated', requirement: 'R14', facts: { minutes: 480 } }],
      assumed: [],
    });
  });

  it('R12 is otherwise the strictest of objective, service level, continuity plan and impact', () => {
    expect(toleranceOf({ recoveryTimeMinutes: 30, availabilityPercent: 99 }).minutes).toBe(30);
    // A hundredth of a month of 43,200 minutes.
    expect(toleranceOf({ recoveryTimeMinutes: 600, availabilityPercent: 99 }).minutes).toBe(432);
    expect(ruleOf({ recoveryTimeMinutes: 600, continuityPlan: 'active-active' })).toEqual([
      'downtime-by-continuity-plan',
    ]);
  });

  it('R16 is short where customers, revenue or regulators would feel an outage of production', () => {
    const impact = { customer: 'none', revenue: 'high', compliance: 'none' };
    expect(toleranceOf({ environment: 'production', impact }).minutes).toBe(60);
    expect(toleranceOf({ environment: 'test', impact }).minutes).toBe(2_880);
  });

  it('R12 is assumed from the criticality where nothing else is known, and says so', () => {
    expect(toleranceOf({ criticality: 'low' })).toMatchObject({
      minutes: 1_440,
      assumed: ['acceptableDowntimeMinutes'],
    });
    expect(toleranceOf({}).assumed).toEqual(['acceptableDowntimeMinutes', 'criticality']);
  });

  it('R12 never grows by knowing one promise more', () => {
    const promise = fc.record(
      {
        recoveryTimeMinutes: fc.integer({ min: 0, max: 10_000 }),
        availabilityPercent: fc.double({ min: 90, max: 100, noNaN: true }),
        continuityPlan: fc.constantFrom('restore', 'standby', 'active-active'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(promise, fc.integer({ min: 0, max: 10_000 }), (facts, recoveryTimeMinutes) => {
        const known =
          Object.keys(facts).some((key) => key !== 'continuityPlan') || facts.continuityPlan !== undefined;
        fc.pre(known && ruleOf(facts)[0] !== 'downtime-by-criticality');
        const more = {
          ...facts,
          recoveryTimeMinutes: Math.min(facts.recoveryTimeMinutes ?? Infinity, recoveryTimeMinutes),
        };
        expect(toleranceOf(more).minutes).toBeLessThanOrEqual(toleranceOf(facts).minutes);
      }),
    );
  });
});
