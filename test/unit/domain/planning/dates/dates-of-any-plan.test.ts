import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closedTimes } from '../../../../../shared/domain/calendars/closed-times';
import { maintenanceWindows } from '../../../../../shared/domain/calendars/maintenance-windows';
import { timeZone } from '../../../../../shared/domain/calendars/time-zone';
import { dateWaves } from '../../../../../shared/domain/planning/dates/date-waves';
import type { DatingInput } from '../../../../../shared/domain/planning/dates/dating-input';
import { plannedEnd } from '../../../../../shared/domain/planning/dates/end-of-cut';
import type { WaveDates } from '../../../../../shared/contracts/planning/plan';
import { anyDating } from '../../../../support/planning/dated-waves';

const RUNS = { numRuns: 25 };
const ms = (instant: string): number => Date.parse(instant);
const horizonOf = ({ settings }: DatingInput) => {
  const start = ms(settings.earliestStart) - 10 * 864e5;
  return { start, end: start + 1_200 * 864e5 };
};
const span = ({ window }: { window: WaveDates['window'] }) => ({
  start: ms(window.start),
  end: ms(window.end),
});

type Dated = readonly [dates: WaveDates, input: DatingInput, index: number];
const eachDated = (check: (...dated: Dated) => void) =>
  fc.assert(
    fc.property(anyDating, (input) => {
      dateWaves(input).dates.forEach((dates, index) => {
        if (dates) check(dates, input, index);
      });
    }),
    RUNS,
  );

function expectLegal(window: { start: number; end: number }, input: DatingInput, index: number): void {
  const horizon = horizonOf(input);
  const { calendar } = input.settings;
  for (const id of input.waves[index]!.workloadIds) {
    const own = input.workloads.get(id)!.maintenance;
    const { windows } = maintenanceWindows(own.length > 0 ? own : calendar.maintenance, horizon);
    expect(windows.some(({ start, end }) => start <= window.start && window.end <= end)).toBe(true);
  }
  const zone = timeZone(calendar.timeZone, horizon.start, horizon.end)!;
  const taken = closedTimes(calendar, zone, horizon);
  expect(taken.filter(({ start, end }) => start < window.end && end > window.start)).toEqual([]);
}

describe('dates of any plan', () => {
  it('R40 R43 R44 lie inside every window of their workloads and touch nothing that is kept free', () => {
    eachDated((dates, input, index) => expectLegal(span(dates), input, index));
  });

  it('R48 so do their alternatives, unless they say that months end then', () => {
    eachDated((dates, input, index) => {
      for (const alternative of dates.alternatives) {
        expect(alternative.tradeOffs.length).toBeGreaterThan(0);
        expect(alternative.window.start).not.toBe(dates.window.start);
        if (alternative.tradeOffs.some((text) => text.includes('month'))) continue;
        expectLegal(span(alternative), input, index);
      }
    });
  });

  it('R45 have parts in order of time, the cutovers, testing and contingency inside the window', () => {
    eachDated((dates, input) => {
      const { parts, window } = dates;
      parts.forEach(({ start, end }, index) => {
        expect(start < end).toBe(true);
        if (index > 0) expect(start).toBe(parts[index - 1]!.end);
      });
      expect(parts[0]!.part).toBe('preparation');
      expect(parts[0]!.start >= input.settings.earliestStart).toBe(true);
      expect(parts.find(({ part }) => part === 'cutover')!.start).toBe(window.start);
      expect(plannedEnd(dates)! <= window.end).toBe(true);
    });
  });

  it('R41 R45 keep their buffers: contingency by its share, or the way back if that is longer', () => {
    eachDated((dates, input, index) => {
      const cutover = dates.parts.find(({ part }) => part === 'cutover')!;
      const minutes = (ms(cutover.end) - ms(cutover.start)) / 60_000;
      const tested = dates.parts.find(({ part }) => part === 'testing')!.end;
      const contingency = (ms(plannedEnd(dates)!) - ms(tested)) / 60_000;
      const wayBack = input.waves[index]!.workloadIds.map(
        (id) => input.workloads.get(id)!.rollbackMinutes ?? 0,
      );
      const least = Math.max(minutes * input.settings.contingencyShare, ...wayBack);
      expect(contingency).toBeGreaterThanOrEqual(least - 1e-6);
      expect(contingency).toBeLessThan(least + 1.001);
    });
  });

  it('R35 R39 give each workload its cutover, as many at once as allowed, each after what it rests on', () => {
    eachDated(({ cutovers }, input, index) => {
      const ids = input.waves[index]!.workloadIds;
      expect(cutovers.map(({ workloadId }) => workloadId).sort()).toEqual([...ids].sort());
      const byId = new Map(cutovers.map((each) => [each.workloadId, each]));
      for (const { workloadId, start, end } of cutovers) {
        const workload = input.workloads.get(workloadId)!;
        expect(ms(end) - ms(start)).toBe(Math.max(1, Math.ceil(workload.downtimeMinutes.high)) * 60_000);
        const beside = cutovers.filter((other) => other.start <= start && start < other.end);
        expect(beside.length).toBeLessThanOrEqual(input.settings.capacity.concurrentCutovers);
        for (const on of workload.dependsOn) {
          const mutual = reaches(input, on, workloadId, ids);
          if (on !== workloadId && !mutual) expect(byId.get(on)!.end <= start).toBe(true);
        }
      }
    });
  });

  it('R41 come after the waves they have to come after, at most one wave a team at any time', () => {
    fc.assert(
      fc.property(anyDating, (input) => {
        const { dates } = dateWaves(input);
        const { teams } = input.settings.capacity;
        for (const [index, { after }] of input.waves.entries()) {
          const own = dates[index];
          if (!own) continue;
          for (const number of after) {
            expect(plannedEnd(dates[number - 1]!)! <= own.window.start).toBe(true);
          }
          const beside = dates.filter(
            (other) =>
              other && other.window.start <= own.window.start && own.window.start < plannedEnd(other)!,
          );
          expect(beside.length).toBeLessThanOrEqual(teams);
        }
      }),
      RUNS,
    );
  });

  it('R41 leave the days between waves to one team', () => {
    const DAY = 864e5;
    fc.assert(
      fc.property(anyDating, (input) => {
        const settings = { ...input.settings, capacity: { ...input.settings.capacity, teams: 1 } };
        const zone = timeZone(settings.calendar.timeZone, horizonOf(input).start, horizonOf(input).end)!;
        const waves = dateWaves({ ...input, settings })
          .dates.filter((each) => each !== null)
          .sort((a, b) => (a.window.start < b.window.start ? -1 : 1));
        waves.slice(1).forEach((wave, index) => {
          // A night counts for the day it began on: the end is looked at half a day earlier.
          const ended = zone.dayAt(ms(plannedEnd(waves[index]!)!) - DAY / 2 - 1);
          const begins = zone.dayAt(ms(wave.window.start));
          expect(begins - ended).toBeGreaterThanOrEqual(settings.daysBetweenWaves - 1);
        });
      }),
      RUNS,
    );
  });

  it('R47 announce read-only periods for online cutovers, and for them alone', () => {
    eachDated(({ cutovers, readOnly }, input) => {
      expect(readOnly).toEqual(
        cutovers.filter(({ workloadId }) => input.workloads.get(workloadId)!.method === 'online'),
      );
    });
  });

  it('R11 are the same again, whatever order the workloads came in and with the plan before at hand', () => {
    fc.assert(
      fc.property(anyDating, (input) => {
        const first = dateWaves(input);
        const shuffled = new Map([...input.workloads].reverse());
        const waves = input.waves.map((wave) => ({ ...wave, workloadIds: [...wave.workloadIds].reverse() }));
        expect(dateWaves({ ...input, waves, workloads: shuffled })).toEqual(first);
        const previous = input.waves.map(({ workloadIds }, index) => ({
          workloadIds,
          dates: first.dates[index]!,
        }));
        expect(dateWaves({ ...input, previous })).toEqual(first);
      }),
      RUNS,
    );
  });

  it('R46 keep what people set, to the millisecond', () => {
    fc.assert(
      fc.property(anyDating, fc.nat(500 * 24), fc.integer({ min: 1, max: 48 }), (input, hour, hours) => {
        const start = ms(input.settings.earliestStart) + hour * 3_600_000;
        const window = {
          start: new Date(start).toISOString(),
          end: new Date(start + hours * 3_600_000).toISOString(),
          timeZone: 'UTC',
        };
        const workloadId = input.waves.at(-1)!.workloadIds[0]!;
        const edits = [{ kind: 'date' as const, workloadId, window, reason: 'agreed with the owner' }];
        const { dates } = dateWaves({ ...input, edits });
        expect(dates.at(-1)!.window).toMatchObject({ start: window.start, end: window.end });
      }),
      RUNS,
    );
  });

  it('R39 a wave without a date always has a problem that names why', () => {
    fc.assert(
      fc.property(anyDating, (input) => {
        const { dates, problems } = dateWaves(input);
        const undated = dates.filter((each) => each === null).length;
        expect(problems.some(({ severity, involves }) => severity === 'error' && involves.length > 0)).toBe(
          undated > 0,
        );
      }),
      RUNS,
    );
  });
});

/** Whether `from` rests on `to`, directly or through others of the wave. */
function reaches(input: DatingInput, from: string, to: string, ids: readonly string[]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next) || !ids.includes(next)) continue;
    seen.add(next);
    open.push(...input.workloads.get(next)!.dependsOn);
  }
  return false;
}
