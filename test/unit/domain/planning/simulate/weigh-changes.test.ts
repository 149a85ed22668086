import { describe, expect, it } from '@jest/globals';
import type { PlanContent } from '../../../../../shared/contracts/planning/plan';
import {
  ALL_CHANGES,
  FailureChances,
  type PlanChange,
} from '../../../../../shared/contracts/planning/simulation';
import { dateWaves } from '../../../../../shared/domain/planning/dates/date-waves';
import { changed } from '../../../../../shared/domain/planning/simulate/plan-changes';
import { simulatePlan } from '../../../../../shared/domain/planning/simulate/simulate-plan';
import { datedWorkloads } from '../../../../../shared/domain/planning/simulate/simulation-model';
import { weighChanges, type Replan } from '../../../../../shared/domain/planning/simulate/weigh-changes';
import { datedPlan } from '../../../../support/planning/dated-plan';
import { datedWorkload, datingOf, range, settingsOf } from '../../../../support/planning/dated-waves';
import { inOneGo } from '../../../../support/planning/in-one-go';

/** Four waves that need not wait for each other, on Saturday nights, one team. */
const settings = settingsOf({ calendar: { monthEdges: [] } });
const { content, portfolio } = datedPlan(
  datingOf(
    ['a', 'b', 'c', 'd'].map((id) => [[datedWorkload(id, { downtimeMinutes: range(60, 90) })]]),
    settings,
  ),
);
const request = { content, portfolio, runs: 200, seed: 11, chances: FailureChances.parse({}) };
/** The same waves, dated by what changed. */
const replan: Replan = (inputs): PlanContent => {
  const changedContent = { ...content, settings: inputs.settings };
  const workloads = datedWorkloads(content, inputs.portfolio);
  const { waves, edits } = content;
  const { dates } = dateWaves({ waves, workloads, settings: inputs.settings, edits, previous: null });
  return { ...changedContent, waves: waves.map((wave, index) => ({ ...wave, dates: dates[index] ?? null })) };
};
const { datedAnew, weigh } = inOneGo(weighChanges(request, replan));

describe('the worth of changes', () => {
  it('R48 is told of each by how many days half and eight in ten of the runs end earlier', () => {
    expect(datedAnew).toEqual(inOneGo(simulatePlan(request)).finish);
    const worth = inOneGo(weigh({ kind: 'more-teams', teams: 1 }));
    if (worth.outcome !== 'simulated') throw new Error('not simulated');
    // Four Saturdays become two.
    expect(Math.round(worth.daysEarlier.p50!)).toBeGreaterThanOrEqual(14);
    expect(Date.parse(datedAnew.p50!) - Date.parse(worth.finish.p50!)).toBe(worth.daysEarlier.p50! * 864e5);
  });

  it('is never less than nothing, and nothing where the change does not help', () => {
    const worths = ALL_CHANGES.map((change) => inOneGo(weigh(change)));
    for (const worth of worths)
      if (worth.outcome === 'simulated') expect(worth.daysEarlier.p50).toBeGreaterThanOrEqual(0);
    expect(worths.find(({ change }) => change.kind === 'more-concurrent')).toMatchObject({
      daysEarlier: { p50: 0, p80: 0 },
    });
  });

  it('is not told of what cannot be done, but why', () => {
    expect(inOneGo(weigh({ kind: 'more-bandwidth', path: 'vpn', factor: 2 }))).toMatchObject({
      outcome: 'impossible',
      why: 'the settings name no vpn whose rate is known',
    });
  });
});

describe('a change', () => {
  const windowsAfter = (hours: number, from: string, to: string) => {
    const rule = { days: ['sat' as const], from, to, timeZone: 'UTC' };
    const inputs = {
      settings: settingsOf({ calendar: { maintenance: [rule] } }),
      portfolio: {
        ...portfolio,
        workloads: portfolio.workloads.map((each) => ({ ...each, maintenance: [rule] })),
      },
    };
    const result = changed(inputs, { kind: 'longer-windows', hours });
    if (result.kind !== 'changed') throw new Error(result.why);
    const own = result.inputs.portfolio.workloads.map(({ maintenance }) => maintenance[0]!.to);
    return [...new Set([result.inputs.settings.calendar.maintenance[0]!.to, ...own])];
  };

  it('lets windows end later, over midnight, for a day at most', () => {
    expect(windowsAfter(2, '20:00', '06:00')).toEqual(['08:00']);
    expect(windowsAfter(1.5, '09:00', '23:00')).toEqual(['00:30']);
    expect(windowsAfter(20, '20:00', '06:00')).toEqual(['20:00']);
  });

  it('doubles the first line whose rate is known, and no device', () => {
    const paths = [
      { kind: 'data-box', state: 'provisioned', megabitsPerSecond: 1 },
      { kind: 'internet', state: 'provisioned' },
      { kind: 'vpn', state: 'provisioned', megabitsPerSecond: 100 },
    ];
    const change: PlanChange = { kind: 'more-bandwidth', factor: 2 };
    expect(changed({ settings: settingsOf({ paths }), portfolio }, change)).toMatchObject({
      inputs: {
        settings: {
          paths: [{ megabitsPerSecond: 1 }, { megabitsPerSecond: null }, { megabitsPerSecond: 200 }],
        },
      },
    });
  });

  it('is impossible where there is nothing more to have', () => {
    const inputs = { settings: settingsOf({ daysBetweenWaves: 0, capacity: { teams: 100 } }), portfolio };
    expect(changed(inputs, { kind: 'more-teams', teams: 1 }).kind).toBe('impossible');
    expect(changed(inputs, { kind: 'fewer-days-between', days: 1 }).kind).toBe('impossible');
  });
});
