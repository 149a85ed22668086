import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slug } from '../../../../shared/contracts/primitives';
import { plannedWaveId } from '../../../../shared/domain/planning/run/planned-wave-id';

const number = fc.integer({ min: 1, max: 999_999 });

describe('the id of a wave of a plan', () => {
  it('is read at a glance, also where the id of the plan is long', () => {
    expect(plannedWaveId('dc-exit', 12)).toBe('dc-exit-w12');
    expect(plannedWaveId('a'.repeat(45), 1)).toBe(`${'a'.repeat(45)}-w1`);
    expect(plannedWaveId(`${'a'.repeat(20)}-${'b'.repeat(26)}`, 123)).toMatch(
      /^a{20}-b{13}-[0-9a-f]{8}-w123$/,
    );
    expect(plannedWaveId(`${'a'.repeat(35)}-${'b'.repeat(12)}`, 1)).toMatch(/^a{35}-[0-9a-f]{8}-w1$/);
  });

  it('is an id, and that of no other wave of any plan, however much of their ids plans share', () => {
    const shared = 'relocation-of-the-data-centre-in-frankfurt';
    const planId = fc
      .tuple(
        fc.constantFrom('', 'dc', shared.slice(0, 40), shared),
        fc.stringMatching(/^[a-z0-9-]{0,6}[a-z0-9]$/),
      )
      .map(([start, end]) => `${start}${end}`.replace(/^-+/, ''))
      .filter((id) => Slug.safeParse(id).success);
    fc.assert(
      fc.property(planId, number, planId, number, (onePlan, one, otherPlan, other) => {
        const id = plannedWaveId(onePlan, one);
        expect(Slug.safeParse(id).success).toBe(true);
        expect(id === plannedWaveId(otherPlan, other)).toBe(onePlan === otherPlan && one === other);
      }),
      { numRuns: 500 },
    );
  });
});
