import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Learned } from '../../../../../shared/contracts/planning/lesson';
import { FailureChances } from '../../../../../shared/contracts/planning/simulation';
import { expectedFailures } from '../../../../../shared/domain/planning/lessons/failure-chances';
import { simulatePlan } from '../../../../../shared/domain/planning/simulate/simulate-plan';
import { datedPlan } from '../../../../support/planning/dated-plan';
import { datedWorkload, datingOf } from '../../../../support/planning/dated-waves';
import { inOneGo } from '../../../../support/planning/in-one-go';

const ids = ['a', 'b', 'c', 'd'];
const { content, portfolio } = datedPlan(datingOf(ids.map((id) => [[datedWorkload(id)]])));
const ASSUMED = FailureChances.parse({});

/** So many cutovers finished, of which so many were sent back. */
const after = (cutovers: number, sentBack: number) => {
  const learned = Array.from({ length: cutovers }, (_, index): Learned => ({
    cutoverId: `cutover-${index}`,
    workloadId: ids[index % ids.length] ?? '',
    method: 'offline',
    transfer: null,
    downtime: { forecastMinutes: 10, actualMinutes: 10 },
    sentBack: index < sentBack ? 'the shop was slow' : null,
  }));
  const settings = { ...content.settings, ...(cutovers > 0 && { learned }) };
  return expectedFailures({ ...content, settings }, undefined);
};
const mostOf = (cutovers: number, sentBack: number) => after(cutovers, sentBack).chances.rolledBack.most;

describe('the expected failures of cutovers', () => {
  it('R38 are assumed before any has finished, and taken as given where people give them', () => {
    expect(after(0, 0)).toMatchObject({ chances: ASSUMED, reason: { rule: 'chances-assumed', facts: {} } });
    const own = FailureChances.parse({ noGo: { least: 0, most: 0 }, rolledBack: { least: 0, most: 0 } });
    expect(expectedFailures(content, own)).toMatchObject({
      chances: own,
      reason: { rule: 'chances-given' },
    });
  });

  it('R38 follow what finished cutovers came to, and say from how many', () => {
    const { chances, reason } = after(20, 4);
    expect(reason).toMatchObject({
      rule: 'chances-learned',
      requirement: 'R38',
      facts: { cutovers: 20, sentBack: 4, prior: 20 },
    });
    expect(chances.rolledBack.most).toBeGreaterThan(ASSUMED.rolledBack.most);
    expect(chances.noGo).toEqual(ASSUMED.noGo);
    const request = { content, portfolio, runs: 200, seed: 3 };
    const expected = (of: FailureChances) =>
      inOneGo(simulatePlan({ ...request, chances: of })).failures.rolledBack;
    expect(expected(chances)).toBeGreaterThan(expected(ASSUMED));
    expect(expected(after(20, 0).chances)).toBeLessThanOrEqual(expected(ASSUMED));
  });

  it('R38 let one failure among few say little, and many cutovers nearly all', () => {
    expect(mostOf(1, 1)).toBeLessThan(0.15);
    const { least, most } = ASSUMED.rolledBack;
    const risk = content.classifications.reduce((sum, each) => sum + each.risk, 0) / ids.length / 100;
    // Every tenth was sent back.
    const factor = Number(after(200, 20).reason.facts['factor']);
    expect(factor * (least + (most - least) * risk)).toBeCloseTo(0.1, 1);
  });

  it('R38 rise with every cutover that was sent back, sink with every one that was not, and stay chances', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 199 }), fc.nat(199), (cutovers, some) => {
        const sentBack = some % (cutovers + 1);
        const [most, withOneMore] = [mostOf(cutovers, sentBack), mostOf(cutovers + 1, sentBack + 1)];
        expect(withOneMore).toBeGreaterThanOrEqual(most);
        expect(mostOf(cutovers + 1, sentBack)).toBeLessThanOrEqual(most);
        const { chances } = after(cutovers, sentBack);
        expect(FailureChances.parse(chances)).toEqual(chances);
      }),
      { numRuns: 50 },
    );
  });
});
