import { describe, expect, it } from '@jest/globals';
import type { PlanContent } from '../../../../shared/contracts/planning/plan';
import { planDifferences } from '../../../../shared/domain/planning/differences/plan-differences';
import {
  sampleClassification,
  samplePlanContent,
  samplePlannedWave,
  sampleSettings,
} from '../../../support/planning/sample-portfolio';

const words = (before: PlanContent, after: PlanContent): string[] =>
  planDifferences(before, after).map(({ kind, message }) => `${kind}: ${message}`);

const three = samplePlanContent([['a', 'b'], ['c', 'd'], ['e']]);

describe('differences of plans', () => {
  it('are none where nothing is different', () => {
    expect(words(three, structuredClone(three))).toEqual([]);
  });

  it('name the workload that moves, that comes and that goes', () => {
    const after = samplePlanContent([['a', 'b', 'd'], ['c'], ['f']]);
    expect(words(three, after)).toEqual([
      'wave: Wave 3 is gone',
      'wave: Wave 3 is new: 2026-11-21T15:00:00.000Z to 2026-11-22T01:00:00.000Z',
      'workload: e is in no wave any more',
      'workload: d moves from wave 2 to wave 1',
      'workload: f is new, in wave 3',
    ]);
  });

  it('say once that waves have other numbers, not for each of them or of their workloads', () => {
    const waves = [
      samplePlannedWave(1, ['x'], 0),
      samplePlannedWave(2, ['a', 'b'], 1),
      samplePlannedWave(3, ['c', 'd'], 2),
      samplePlannedWave(4, ['e'], 3),
    ];
    expect(words(three, { ...three, waves })).toEqual([
      'wave: Waves 1 to 3 are now waves 2 to 4',
      'wave: Wave 1 is new: 2026-11-21T12:00:00.000Z to 2026-11-21T22:00:00.000Z',
      'workload: x is new, in wave 1',
    ]);
  });

  it('R46 name a changed date, also one that is no longer found', () => {
    const [first, second, third] = three.waves;
    const waves = [first!, samplePlannedWave(2, ['c', 'd'], 50), { ...third!, dates: null }];
    expect(second?.dates).not.toBeNull();
    expect(words(three, { ...three, waves })).toEqual([
      'date: Wave 2 runs 2026-11-23T14:00:00.000Z to 2026-11-24T00:00:00.000Z instead of 2026-11-21T14:00:00.000Z to 2026-11-22T00:00:00.000Z',
      'date: Wave 3 runs no date instead of 2026-11-21T15:00:00.000Z to 2026-11-22T01:00:00.000Z',
    ]);
  });

  it('name methods, paths, cuts, problems and settings', () => {
    const cut = { from: 'a', to: 'c', fromWave: 1, toWave: 2, weight: 1, bridge: 'cache' as const };
    const after: PlanContent = {
      ...three,
      settings: sampleSettings({ daysBetweenWaves: 14 }),
      classifications: three.classifications.map((each) =>
        each.workloadId === 'a'
          ? sampleClassification('a', { method: 'online', path: { ...each.path, kind: null } })
          : each,
      ),
      cuts: [{ ...cut, deadline: null, fromOwner: null, toOwner: null, monitoring: [], reasons: [] }],
      problems: [{ severity: 'warning', code: 'late', message: 'Wave 3 is late', involves: [] }],
    };
    const there = [
      'problem: New warning: Wave 3 is late',
      'method: a goes online instead of offline',
      'method: a goes by no path instead of vpn',
      'cut: Newly cut: a to c (cache)',
      'settings: Settings: daysBetweenWaves is different',
    ];
    expect(words(three, after)).toEqual(there);
    expect(words(after, three)).toEqual([
      'problem: No longer warning: Wave 3 is late',
      'method: a goes offline instead of online',
      'method: a goes by vpn instead of none',
      'cut: No longer cut: a to c (cache)',
      'settings: Settings: daysBetweenWaves is different',
    ]);
  });
});
