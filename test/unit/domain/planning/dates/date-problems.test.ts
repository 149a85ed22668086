import { describe, expect, it } from '@jest/globals';
import type { PlanEdit } from '../../../../../shared/contracts/planning/edit';
import { changedDates } from '../../../../../shared/domain/planning/dates/changed-dates';
import { dateSentences } from '../../../../../shared/domain/planning/dates/date-sentences';
import { dateWaves } from '../../../../../shared/domain/planning/dates/date-waves';
import { endOfCut } from '../../../../../shared/domain/planning/dates/end-of-cut';
import { datedWorkload, datingOf, range, settingsOf } from '../../../../support/planning/dated-waves';

const rule = (day: 'sat' | 'sun' | 'mon', from: string, to: string, timeZone = 'UTC') => ({
  days: [day],
  from,
  to,
  timeZone,
});
const setFor = (workloadId: string, start: string, end: string): PlanEdit => ({
  kind: 'date',
  workloadId,
  window: { start, end, timeZone: 'UTC' },
  reason: 'agreed',
});
const shop = datedWorkload('shop');
const till = datedWorkload('till');

describe('a date that people set', () => {
  const times = { start: '2027-01-09T19:00:00.000Z', end: '2027-01-10T05:00:00.000Z' };
  const asked = (timeZone?: string): PlanEdit => ({
    kind: 'date',
    workloadId: 'shop',
    window: { ...times, ...(timeZone !== undefined && { timeZone }) },
    reason: 'agreed',
  });
  const settings = settingsOf({ calendar: { timeZone: 'Europe/Berlin' } });
  const dated = (timeZone?: string) =>
    dateWaves(datingOf([[[shop]]], settings, { edits: [asked(timeZone)] }));

  it('R46 is shown in its own zone, and without one in that of the calendar', () => {
    expect(dated('America/New_York').dates[0]?.window.timeZone).toBe('America/New_York');
    expect(dated().dates[0]?.window.timeZone).toBe('Europe/Berlin');
  });

  it('R46 is refused in a zone that does not exist', () => {
    const { dates, problems } = dated('Mars/Olympus');
    expect(dates[0]?.window.timeZone).toBe('Europe/Berlin');
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        code: 'time-zone-unknown',
        involves: ['date of shop', 'time zone Mars/Olympus'],
      }),
    );
  });
});

describe('waves without a date', () => {
  it('R48 names the smallest set of workloads whose windows contradict, and how to split the wave', () => {
    const wave = [
      datedWorkload('a', { maintenance: [rule('sat', '20:00', '06:00')] }),
      datedWorkload('b', { maintenance: [rule('mon', '20:00', '06:00')] }),
      datedWorkload('c', { maintenance: [rule('sat', '18:00', '08:00')] }),
    ];
    const { dates, problems } = dateWaves(datingOf([[wave], [[shop], [1]]]));
    expect(dates).toEqual([null, null]);
    expect(problems).toMatchObject([
      {
        severity: 'error',
        code: 'windows-contradict',
        involves: ['workload b', 'workload c'],
        message: expect.stringContaining('It could be split into {a, c} and {b}.'),
      },
      { code: 'wave-after-undated', involves: ['wave 1'] },
    ]);
  });

  it('R43 tells which workload lacks how many minutes', () => {
    const long = datedWorkload('long', {
      downtimeMinutes: range(100, 200),
      testingMinutes: 40,
      maintenance: [rule('sat', '20:00', '23:00')],
    });
    const { problems } = dateWaves(datingOf([[[long, shop]]]));
    expect(problems).toMatchObject([
      { code: 'window-too-short', involves: ['workload long', 'maintenance sat 20:00 to 23:00 UTC'] },
    ]);
    expect(problems[0]?.message).toContain('needs 300 minutes');
    expect(problems[0]?.message).toContain('the longest has 180, 120 too few');
  });

  it('R43 tells what together is too long for a window, where each alone fits', () => {
    const wave = ['a', 'b', 'c'].map((id) => datedWorkload(id, { downtimeMinutes: range(120) }));
    const settings = settingsOf({
      capacity: { concurrentCutovers: 1 },
      calendar: { maintenance: [rule('sat', '20:00', '01:00')] },
    });
    const { problems } = dateWaves(datingOf([[wave]], settings));
    expect(problems).toMatchObject([
      { code: 'window-too-short-together', involves: ['workload b', 'workload c'] },
    ]);
    expect(problems[0]?.message).toContain('need 372 minutes one after another, 72 more');
  });

  it('R40 R43 tells zones that do not exist by name, and calendars that leave nothing open', () => {
    const zone = datedWorkload('z', { maintenance: [rule('sat', '20:00', '06:00', 'Mars/Olympus')] });
    expect(dateWaves(datingOf([[[zone]]])).problems).toMatchObject([
      { code: 'time-zone-unknown', involves: ['workload z', 'time zone Mars/Olympus'] },
    ]);
    const blackouts = [{ start: '2026-01-01T00:00:00Z', end: '2036-01-01T00:00:00Z', reason: 'moratorium' }];
    const closed = dateWaves(datingOf([[[shop]]], settingsOf({ calendar: { blackouts } })));
    expect(closed.problems).toMatchObject([{ code: 'window-always-closed' }]);
  });

  it('R41 tells what would make room where a plan is longer than three years', () => {
    const waves = Array.from({ length: 200 }, (_, index) => [[datedWorkload(`w-${index}`)]] as const);
    const { dates, problems } = dateWaves(datingOf(waves));
    expect(problems).toMatchObject([
      {
        code: 'plan-beyond-horizon',
        involves: ['capacity.teams: 1', 'daysBetweenWaves: 7', expect.any(String)],
      },
    ]);
    expect(dates.findLastIndex((each) => each !== null)).toBe(dates.indexOf(null) - 1);
  });
});

describe('dates that people set', () => {
  const codes = (edits: PlanEdit[], settings = settingsOf(), after: number[] = []) =>
    dateWaves(datingOf([[[till]], [[shop], after]], settings, { edits })).problems.map(
      ({ severity, code }) => `${severity} ${code}`,
    );

  it('R46 are legal without a word', () => {
    expect(codes([setFor('shop', '2027-02-06T20:00:00.000Z', '2027-02-07T06:00:00.000Z')])).toEqual([]);
  });

  it('R44 R46 tell what they break', () => {
    const blackouts = [{ start: '2027-02-06T00:00:00Z', end: '2027-02-08T00:00:00Z', reason: 'stocktaking' }];
    const night = setFor('shop', '2027-02-06T20:00:00.000Z', '2027-02-07T06:00:00.000Z');
    expect(codes([night], settingsOf({ calendar: { blackouts } }))).toEqual(['error date-in-blackout']);
    const noon = setFor('shop', '2027-02-06T12:00:00.000Z', '2027-02-06T18:00:00.000Z');
    expect(codes([noon])).toEqual(['warning date-outside-windows']);
    const hour = setFor('shop', '2027-02-06T20:00:00.000Z', '2027-02-06T21:00:00.000Z');
    expect(codes([hour])).toEqual(['error date-too-short']);
    const edge = setFor('shop', '2027-01-30T20:00:00.000Z', '2027-01-31T06:00:00.000Z');
    expect(codes([edge])).toEqual(['warning date-on-free-day', 'warning date-on-free-day']);
    const early = setFor('shop', '2027-01-02T20:00:00.000Z', '2027-01-03T06:00:00.000Z');
    expect(codes([early], settingsOf(), [1])).toContain('error date-before-order');
  });

  it('R46 tell where another was set for the same wave; the newer one holds', () => {
    const edits = [
      setFor('shop', '2027-02-06T20:00:00.000Z', '2027-02-07T06:00:00.000Z'),
      setFor('till', '2027-02-13T20:00:00.000Z', '2027-02-14T06:00:00.000Z'),
    ];
    const { dates, problems } = dateWaves(datingOf([[[shop, till]]], settingsOf(), { edits }));
    expect(dates[0]?.window.start).toBe('2027-02-13T20:00:00.000Z');
    expect(problems).toMatchObject([{ severity: 'error', code: 'dates-contradict' }]);
  });
});

describe('planning again', () => {
  const before = dateWaves(datingOf([[[shop]], [[till]]]));
  const asBefore = [
    { workloadIds: ['shop'], dates: before.dates[0]! },
    { workloadIds: ['till'], dates: before.dates[1]! },
  ];

  it('R11 keeps an agreed date though an earlier one has become free, and says so', () => {
    const { dates } = dateWaves(datingOf([[[till]]], settingsOf(), { previous: asBefore }));
    expect(dates[0]?.window).toEqual(before.dates[1]?.window);
    expect(dates[0]?.reasons.map(({ rule: name }) => name)).toContain('date-kept');
    expect(dates[0]?.alternatives[0]?.tradeOffs).toContain(
      'the agreed date changes, which needs approval (R46)',
    );
  });

  it('R42 R46 names the workloads whose agreed dates are others now, or gone', () => {
    const blackouts = [{ start: '2027-01-09T00:00:00Z', end: '2027-01-11T00:00:00Z', reason: 'audit' }];
    const { dates } = dateWaves(
      datingOf([[[shop]], [[till]]], settingsOf({ calendar: { blackouts } }), { previous: asBefore }),
    );
    const after = [{ workloadIds: ['till'], dates: dates[1]! }];
    expect(changedDates(asBefore, after)).toEqual([
      { workloadIds: ['shop'], before: before.dates[0]?.window, after: null },
      { workloadIds: ['till'], before: before.dates[1]?.window, after: dates[1]?.window },
    ]);
    expect(changedDates(asBefore, asBefore)).toEqual([]);
  });

  it('R40 R48 tells what held a wave back, and that it could go earlier at the end of a month', () => {
    const settings = settingsOf({ earliestStart: '2027-01-28T00:00:00Z' });
    const [dates] = dateWaves(datingOf([[[shop]]], settings)).dates;
    expect(dates?.window.start).toBe('2027-02-06T20:00:00.000Z');
    expect(dates?.avoided.map(({ reason }) => reason)).toEqual([
      '2027-01-30 is day 2 from the end of its month',
      '2027-01-31 is the last day of its month',
    ]);
    expect(
      dates?.alternatives.map(({ window, tradeOffs }) => [window.start.slice(0, 10), ...tradeOffs]),
    ).toEqual([
      ['2027-01-30', '7 days earlier', expect.stringContaining('not free of month ends')],
      ['2027-02-13', '7 days later', 'the plan ends 7 days later'],
      ['2027-02-20', '14 days later', 'the plan ends 14 days later'],
    ]);
    const told = dates!.reasons.map(({ rule: name, facts }) => dateSentences[name]?.(facts) ?? name);
    expect(told.every((sentence) => sentence.endsWith('.') && !sentence.includes('unknown'))).toBe(true);
  });

  it('R37 a cut dependency ends when the later of its waves has', () => {
    const waves = before.dates.map((dates, index) => ({ number: index + 1, dates }));
    expect(endOfCut({ fromWave: 2, toWave: 1 }, waves)).toBe('2027-01-09T22:18:00.000Z');
    expect(endOfCut({ fromWave: 2, toWave: 1 }, [waves[0]!, { number: 2, dates: null }])).toBeNull();
  });
});
