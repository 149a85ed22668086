import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanSettings } from '../../../../../shared/contracts/planning/settings';
import { FailureChances, PlanSimulation } from '../../../../../shared/contracts/planning/simulation';
import { closedTimes } from '../../../../../shared/domain/calendars/closed-times';
import { maintenanceWindows } from '../../../../../shared/domain/calendars/maintenance-windows';
import { timeZone } from '../../../../../shared/domain/calendars/time-zone';
import { Draws } from '../../../../../shared/domain/planning/simulate/draws';
import { simulatePlan } from '../../../../../shared/domain/planning/simulate/simulate-plan';
import { criticalWaves, simulateRun } from '../../../../../shared/domain/planning/simulate/simulate-run';
import { simulationModel } from '../../../../../shared/domain/planning/simulate/simulation-model';
import { anyDating } from '../../../../support/planning/dated-waves';
import { datedPlan, type DatedPlan } from '../../../../support/planning/dated-plan';
import { inOneGo } from '../../../../support/planning/in-one-go';

const EXAMPLES = { numRuns: 25 };
const anySeed = fc.integer({ min: 0, max: 0xffffffff });
const NEVER: FailureChances = FailureChances.parse({
  noGo: { least: 0, most: 0 },
  rolledBack: { least: 0, most: 0 },
});
const OFTEN: FailureChances = FailureChances.parse({
  noGo: { least: 0.1, most: 0.3 },
  rolledBack: { least: 0.1, most: 0.3 },
});
const NOT_YET = '9';
const anyPlan = anyDating.map((input) => datedPlan(input));

const withSettings = ({ content, portfolio }: DatedPlan, settings: Partial<PlanSettings>): DatedPlan => ({
  content: { ...content, settings: { ...content.settings, ...settings } },
  portfolio,
});

describe('the simulation of any plan', () => {
  it('gives the dates of the plan where nothing fails and every duration is known', () => {
    fc.assert(
      fc.property(anyDating, anySeed, (input, seed) => {
        const { content, portfolio } = datedPlan(input, true);
        const result = inOneGo(simulatePlan({ content, portfolio, runs: 3, seed, chances: NEVER }));
        const dated = content.waves.filter(({ dates }) => dates !== null);
        expect(result.waves.length).toBe(dated.length);
        for (const { number, plannedStart, plannedEnd, keepsDate, expectedDelayDays } of result.waves) {
          const { window, parts } = dated.find((wave) => wave.number === number)!.dates!;
          expect(plannedStart).toBe(window.start);
          expect(plannedEnd).toBe(parts.find(({ part }) => part === 'testing')!.end);
          expect([keepsDate, expectedDelayDays]).toEqual([1, 0]);
        }
        const { finish, plannedFinish: planned } = result;
        expect(finish).toEqual({ p10: planned, p50: planned, p80: planned, p90: planned });
      }),
      EXAMPLES,
    );
  });

  it('ends every wave inside a window of all its workloads, whatever fails', () => {
    fc.assert(
      fc.property(anyPlan, anySeed, ({ content, portfolio }, seed) => {
        const { calendar, earliestStart } = content.settings;
        const begin = Date.parse(earliestStart);
        const horizon = { start: begin - 864e5, end: begin + 1_200 * 864e5 };
        const zone = timeZone(calendar.timeZone, horizon.start, horizon.end)!;
        const closed = closedTimes(calendar, zone, horizon);
        const rules = new Map(portfolio.workloads.map(({ id, maintenance }) => [id, maintenance]));
        const model = simulationModel(content, portfolio, OFTEN);
        for (const [place, run] of simulateRun(model, new Draws(seed, 0)).entries()) {
          if (run.end === Infinity) continue;
          const wave = model.waves[place]!;
          expect(run.start).toBeGreaterThanOrEqual(wave.plannedStart);
          expect(closed.filter(({ start, end }) => start < run.end && end >= run.end)).toEqual([]);
          for (const id of content.waves[wave.number - 1]!.workloadIds) {
            const own = rules.get(id)!;
            const { windows } = maintenanceWindows(own.length > 0 ? own : calendar.maintenance, horizon);
            expect(windows.some(({ start, end }) => start < run.end && run.end <= end)).toBe(true);
          }
        }
      }),
      EXAMPLES,
    );
  });

  it('R41 begins no wave before those it comes after are over, however late they are', () => {
    fc.assert(
      fc.property(anyPlan, anySeed, ({ content, portfolio }, seed) => {
        const model = simulationModel(content, portfolio, OFTEN);
        const runs = simulateRun(model, new Draws(seed, 0));
        for (const [place, { after }] of model.waves.entries())
          for (const other of after) expect(runs[place]!.start).toBeGreaterThanOrEqual(runs[other]!.release);
        const critical = criticalWaves(model, runs);
        expect(new Set(critical).size).toBe(critical.length);
        if (runs.length > 0) expect(runs[critical[0]!]!.end).toBe(Math.max(...runs.map(({ end }) => end)));
      }),
      EXAMPLES,
    );
  });

  it('pauses after each run, so that others have their turn', () => {
    const { content, portfolio } = fc.sample(anyPlan, { numRuns: 1, seed: 1 })[0]!;
    const pauses = [...simulatePlan({ content, portfolio, runs: 12, seed: 1, chances: OFTEN })];
    expect(pauses).toHaveLength(12);
  });

  it('orders its percentiles, and is the same for the same seed', () => {
    fc.assert(
      fc.property(anyPlan, anySeed, ({ content, portfolio }, seed) => {
        const request = { content, portfolio, runs: 20, seed, chances: OFTEN };
        const result = inOneGo(simulatePlan(request));
        expect(PlanSimulation.parse(result)).toEqual(result);
        const { p10, p50, p80, p90 } = result.finish;
        const inOrder = [p10, p50, p80, p90].map((percentile) => percentile ?? NOT_YET);
        expect([...inOrder].sort()).toEqual(inOrder);
        expect(inOneGo(simulatePlan(structuredClone(request)))).toEqual(result);
      }),
      EXAMPLES,
    );
  });

  it('never ends later with one more team or fewer days between waves, by the same draws', () => {
    fc.assert(
      fc.property(anyPlan, anySeed, (plan, seed) => {
        const finish = (changed: DatedPlan) =>
          inOneGo(simulatePlan({ ...changed, runs: 20, seed, chances: OFTEN })).finish;
        const { capacity, daysBetweenWaves } = plan.content.settings;
        const before = finish(plan);
        const changes = [
          { capacity: { ...capacity, teams: capacity.teams + 1 } },
          { daysBetweenWaves: Math.max(0, daysBetweenWaves - 1) },
        ];
        for (const change of changes) {
          const after = finish(withSettings(plan, change));
          for (const percentile of ['p10', 'p50', 'p80', 'p90'] as const)
            expect((after[percentile] ?? NOT_YET) <= (before[percentile] ?? NOT_YET)).toBe(true);
        }
      }),
      EXAMPLES,
    );
  });
});
