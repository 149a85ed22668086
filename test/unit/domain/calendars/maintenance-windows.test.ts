import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closedTimes } from '../../../../shared/domain/calendars/closed-times';
import { common, merge, subtract, type Interval } from '../../../../shared/domain/calendars/interval';
import { maintenanceWindows } from '../../../../shared/domain/calendars/maintenance-windows';
import { timeZone } from '../../../../shared/domain/calendars/time-zone';
import { anyRule } from '../../../support/planning/dated-waves';

const HOUR = 3_600_000;
const YEAR = { start: Date.UTC(2027, 0, 1), end: Date.UTC(2028, 0, 1) };

const hoursOn = (date: string, from: string, to: string, zone: string, day: 'sat' | 'sun') => {
  const rule = { days: [day], from, to, timeZone: zone };
  const noon = Date.parse(`${date}T12:00:00Z`);
  const horizon = { start: noon - 36 * HOUR, end: noon + 36 * HOUR };
  return maintenanceWindows([rule], horizon).windows.map(({ start, end }) => (end - start) / HOUR);
};

describe('maintenance windows', () => {
  it.each([
    ['Europe/Berlin', '2027-03-27', '2027-10-30', 1],
    ['America/New_York', '2027-03-13', '2027-11-06', 1],
    ['Australia/Lord_Howe', '2027-10-02', '2027-04-03', 0.5],
  ])('R43 a night in %s is shorter in spring and longer in autumn', (zone, spring, autumn, change) => {
    expect(hoursOn(spring, '20:00', '06:00', zone, 'sat')).toEqual([10 - change]);
    expect(hoursOn(autumn, '20:00', '06:00', zone, 'sat')).toEqual([10 + change]);
    expect(hoursOn('2027-06-12', '20:00', '06:00', zone, 'sat')).toEqual([10]);
  });

  it('R43 a window that begins in the hour left out begins at its end, one wholly inside it is none', () => {
    expect(hoursOn('2027-03-28', '02:30', '05:00', 'Europe/Berlin', 'sun')).toEqual([2]);
    expect(hoursOn('2027-03-28', '02:15', '02:45', 'Europe/Berlin', 'sun')).toEqual([]);
  });

  it('R43 a window with a bound in the hour that comes twice takes the first of both', () => {
    expect(hoursOn('2027-10-31', '02:30', '05:00', 'Europe/Berlin', 'sun')).toEqual([3.5]);
    expect(hoursOn('2027-10-31', '00:00', '02:30', 'Europe/Berlin', 'sun')).toEqual([2.5]);
  });

  it('R43 windows of days that follow each other become one; the same hour to the same is a day', () => {
    const rule = { days: ['sat' as const, 'sun' as const], from: '00:00', to: '00:00', timeZone: 'UTC' };
    const { windows } = maintenanceWindows([rule], { start: YEAR.start, end: YEAR.start + 7 * 24 * HOUR });
    expect(windows).toEqual([{ start: Date.UTC(2027, 0, 2), end: Date.UTC(2027, 0, 4) }]);
  });

  it('refuses zones that do not exist by their names', () => {
    const rules = ['Mars/Olympus', 'UTC'].map((timeZone) => ({
      days: ['sat' as const],
      from: '20:00',
      to: '06:00',
      timeZone,
    }));
    expect(maintenanceWindows(rules, YEAR)).toEqual({ windows: [], unknownZones: ['Mars/Olympus'] });
  });

  it('R43 are sorted, apart from each other and inside the horizon, for any rules', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 4 }), (rules) => {
        const { windows } = maintenanceWindows(rules, YEAR);
        expect(windows.length).toBeGreaterThan(0);
        windows.forEach(({ start, end }, index) => {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(windows[index - 1]?.end ?? YEAR.start - 1);
          expect(end).toBeLessThanOrEqual(YEAR.end);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a calendar keeps free', () => {
  const zone = timeZone('Europe/Berlin', YEAR.start, YEAR.end)!;
  const nothing = { blackouts: [], monthEdges: [], holidays: [] };
  const spans = (calendar: object) =>
    closedTimes({ ...nothing, ...calendar }, zone, YEAR).map(({ start, end, reason }) => [
      new Date(start).toISOString().slice(0, 16),
      (end - start) / HOUR,
      reason,
    ]);

  it('R40 has holidays as whole days of its zone, 23 and 25 hours long where clocks change', () => {
    const holidays = ['2027-03-28', '2027-10-31', '2027-12-25'].map((date) => ({ date, name: 'a feast' }));
    expect(spans({ holidays })).toEqual([
      ['2027-03-27T23:00', 23, '2027-03-28 is a feast'],
      ['2027-10-30T22:00', 25, '2027-10-31 is a feast'],
      ['2027-12-24T23:00', 24, '2027-12-25 is a feast'],
    ]);
  });

  it('R40 has the edges of months, also of short ones', () => {
    const february = spans({ monthEdges: [-1, 1] }).filter(([at]) => String(at).startsWith('2027-02'));
    expect(february).toEqual([
      ['2027-02-27T23:00', 24, '2027-02-28 is the last day of its month'],
      ['2027-02-28T23:00', 24, '2027-03-01 is day 1 of its month'],
    ]);
    expect(spans({ monthEdges: [-1] })).toHaveLength(12);
  });
});

describe('intervals', () => {
  const HOURS = 48;
  const any = fc
    .array(fc.tuple(fc.nat(HOURS), fc.nat(8)), { maxLength: 8 })
    .map((pairs) => merge(pairs.map(([start, length]) => ({ start, end: start + length }))));
  const has = (intervals: readonly Interval[], moment: number) =>
    intervals.some(({ start, end }) => start <= moment && moment < end);
  const moments = Array.from({ length: HOURS + 10 }, (_, moment) => moment);

  it('are common to all, or left of one, exactly at the moments they should be', () => {
    fc.assert(
      fc.property(any, any, any, fc.nat(HOURS), (a, b, c, from) => {
        const together = [...common([a, b, c], from)];
        const left = subtract(a, b);
        for (const moment of moments) {
          const all = moment >= from && has(a, moment) && has(b, moment) && has(c, moment);
          expect(has(together, moment)).toBe(all);
          expect(has(left, moment)).toBe(has(a, moment) && !has(b, moment));
        }
      }),
    );
  });
});
