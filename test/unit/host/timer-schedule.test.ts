import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchedule } from '../../../host/triggers/timer-schedule';

const next = (schedule: string, after: string, timeZone = 'UTC'): string | null => {
  const atMs = parseSchedule(schedule, timeZone).nextAfter(Date.parse(after));
  return atMs === null ? null : new Date(atMs).toISOString();
};

describe('an NCRONTAB schedule', () => {
  it.each([
    ['every minute', '0 * * * * *', '2026-11-21T10:00:00Z', '2026-11-21T10:01:00.000Z'],
    ['after a fraction of a second', '0 * * * * *', '2026-11-21T10:00:59.999Z', '2026-11-21T10:01:00.000Z'],
    ['never the instant itself', '0 0 0 * * *', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00.000Z'],
    ['five fields, the second being 0', '*/5 * * * *', '2026-11-21T10:01:00Z', '2026-11-21T10:05:00.000Z'],
    ['steps', '*/20 * * * * *', '2026-11-21T10:00:41Z', '2026-11-21T10:01:00.000Z'],
    ['a start with a step', '0 10/20 * * * *', '2026-11-21T10:31:00Z', '2026-11-21T10:50:00.000Z'],
    ['a range with a step', '0 0 9-17/4 * * *', '2026-11-21T13:30:00Z', '2026-11-21T17:00:00.000Z'],
    ['a list', '0 0 6,18 * * *', '2026-11-21T07:00:00Z', '2026-11-21T18:00:00.000Z'],
    ['a range of named days', '0 30 9 * * Mon-Fri', '2026-11-20T10:00:00Z', '2026-11-23T09:30:00.000Z'],
    ['a full name', '0 0 0 1 January *', '2026-11-21T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['the last day of a year', '59 59 23 31 12 *', '2026-12-31T23:59:59Z', '2027-12-31T23:59:59.000Z'],
    ['29 February', '0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['29 February over 2100', '0 0 0 29 2 *', '2097-01-01T00:00:00Z', '2104-02-29T00:00:00.000Z'],
    ['day and day of week both', '0 0 0 13 * FRI', '2026-11-14T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    ['an interval', '00:05:00', '2026-11-21T10:00:30Z', '2026-11-21T10:05:30.000Z'],
    ['days before it', '1.12:00:00', '2026-11-21T00:00:00Z', '2026-11-22T12:00:00.000Z'],
    ['days where the first is no hour', '24:00:00', '2026-11-01T00:00:00Z', '2026-11-25T00:00:00.000Z'],
  ])('knows %s', (_, schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    ['* * *', /has 3 fields/],
    ['00:05', /has 1 fields/],
    ['00:60:00', /"00:60:00" is no interval/],
    ['00:00:00', /is no interval/],
    ['60 * * * * *', /"60" is no second/],
    ['0 0 24 * * *', /"24" is no hour/],
    ['0 0 0 0 * *', /"0" is no day/],
    ['0 0 0 * 13 *', /"13" is no month/],
    ['0 0 0 * * 7', /"7" is no day of week/],
    ['0 0 0 * * someday', /"someday" is no day of week/],
    ['0 30-10 * * * *', /"30-10" is no minute/],
    ['0 */0 * * * *', /"\*\/0" is no minute/],
    ['0 1,,2 * * * *', /"" is no minute/],
    ['0 *-5 * * * *', /"\*-5" is no minute/],
    ['0 -5 * * * *', /"-5" is no minute/],
    ['0 0 0 30 2 *', /never occurs/],
  ])('refuses %s', (schedule, message) => {
    expect(() => parseSchedule(schedule, 'UTC')).toThrow(message);
  });

  const LIMITS: readonly (readonly [number, number])[] = [
    [0, 59],
    [0, 59],
    [0, 23],
    [1, 28],
    [1, 12],
    [0, 6],
  ];
  const valuesOf = ([min, max]: readonly [number, number]) =>
    fc.oneof(
      fc.constant({ text: '*', has: () => true }),
      fc
        .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 })
        .map((values) => ({ text: values.join(','), has: (value: number) => values.includes(value) })),
      fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min: 1, max: 10 }))
        .map(([a, b, step]) => ({
          text: `${Math.min(a, b)}-${Math.max(a, b)}/${step}`,
          has: (value: number) =>
            value >= Math.min(a, b) && value <= Math.max(a, b) && (value - Math.min(a, b)) % step === 0,
        })),
    );
  const fields = fc.tuple(...LIMITS.map(valuesOf));
  const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2099, 11, 31) });

  it('gives an instant that every field allows, and none between allows', () => {
    fc.assert(
      fc.property(
        fields,
        instant,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (chosen, afterMs, probes) => {
          const matches = (ms: number): boolean => {
            const at = new Date(ms);
            const parts = [
              ...[at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()],
              ...[at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()],
            ];
            return at.getUTCMilliseconds() === 0 && chosen.every(({ has }, index) => has(parts[index]!));
          };
          const foundMs = parseSchedule(chosen.map(({ text }) => text).join(' '), 'UTC').nextAfter(afterMs);
          if (foundMs === null) throw new Error('a schedule with days up to 28 occurs');
          expect(foundMs).toBeGreaterThan(afterMs);
          expect(matches(foundMs)).toBe(true);
          const seconds = Math.ceil((foundMs - afterMs) / 1000);
          const nearby = Array.from({ length: Math.min(seconds - 1, 200) }, (_, back) => back + 1);
          const between = [
            ...nearby,
            ...probes.map((share) => 1 + Math.floor(share * Math.max(0, seconds - 2))),
          ];
          for (const back of between) {
            const ms = foundMs - back * 1000;
            if (ms > afterMs) expect(matches(ms)).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a schedule in a time zone', () => {
  const zone = 'Europe/Berlin';

  it.each([
    ['in winter', '0 0 9 * * *', '2026-01-10T00:00:00Z', '2026-01-10T08:00:00.000Z'],
    ['in summer', '0 0 9 * * *', '2026-07-10T00:00:00Z', '2026-07-10T07:00:00.000Z'],
    ['after the skipped hour', '0 30 2 * * *', '2026-03-29T00:00:00Z', '2026-03-29T01:30:00.000Z'],
    ['the day after that', '0 30 2 * * *', '2026-03-29T01:30:00Z', '2026-03-30T00:30:00.000Z'],
    ['in the repeated hour once', '0 30 2 * * *', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['not in its repetition', '0 30 2 * * *', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    ['when asked within the repetition', '0 30 2 * * *', '2026-10-25T01:10:00Z', '2026-10-26T01:30:00.000Z'],
  ])('occurs %s', (_, schedule, after, expected) => {
    expect(next(schedule, after, zone)).toBe(expected);
  });

  it('always moves forward', () => {
    const schedule = parseSchedule('0 */17 * * * *', zone);
    for (let atMs = Date.parse('2026-10-24T22:00:00Z'); atMs < Date.parse('2026-10-25T04:00:00Z');) {
      const nextMs = schedule.nextAfter(atMs)!;
      expect(nextMs).toBeGreaterThan(atMs);
      atMs = nextMs;
    }
  });
});
