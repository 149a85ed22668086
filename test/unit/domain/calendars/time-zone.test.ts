import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { isTimeZone, timeZone, type TimeZone } from '../../../../shared/domain/calendars/time-zone';
import { ZONES } from '../../../support/planning/dated-waves';

const FROM = Date.UTC(2025, 0, 1);
const UNTIL = Date.UTC(2030, 0, 1);
const zoneNamed = (name: string): TimeZone => timeZone(name, FROM, UNTIL)!;

/** The same by Temporal alone: the earlier of two moments, the end of a gap. */
function reference(name: string, day: number, minute: number): number {
  const wall = Temporal.PlainDate.from('1970-01-01')
    .add({ days: day })
    .toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  const earlier = wall.toZonedDateTime(name, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds;
  const later = wall.toZonedDateTime(name, { disambiguation: 'later' });
  return later.getTimeZoneTransition('previous')!.epochMilliseconds;
}

/** Days on which the clocks of these zones change, besides any day. */
const CHANGES = [
  '2026-03-29',
  '2026-10-25',
  '2026-03-08',
  '2026-11-01',
  '2026-04-05',
  '2026-10-04',
  '2026-02-15',
]
  .concat('2026-03-22', '2025-02-23', '2025-04-06')
  .map((date) => Date.parse(date) / 86_400_000);
const anyDay = fc.oneof(fc.constantFrom(...CHANGES), fc.integer({ min: FROM / 864e5, max: UNTIL / 864e5 }));

describe('time zones', () => {
  it('R43 a time of day is the first moment the clock shows it, or the end of the gap that leaves it out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anyDay, fc.nat(1_439), (name, day, minute) => {
        expect(zoneNamed(name).instantAt(day, minute)).toBe(reference(name, day, minute));
      }),
      { numRuns: 500 },
    );
  });

  it('R43 tells the day and the minute that the clock shows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anyDay, fc.nat(1_439), (name, day, minute) => {
        const instant = day * 86_400_000 + minute * 60_000;
        const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name);
        const zone = zoneNamed(name);
        expect(new Date(zone.dayAt(instant) * 864e5).toISOString().slice(0, 10)).toBe(
          zoned.toPlainDate().toString(),
        );
        expect(zone.minuteAt(instant)).toBe(zoned.hour * 60 + zoned.minute);
      }),
    );
  });

  it('refuses what is no IANA zone: Windows names, offsets, inventions', () => {
    const names = ['W. Europe Standard Time', '+01:00', 'Mars/Olympus', '', 'Europe/Berlin '];
    expect(names.filter(isTimeZone)).toEqual([]);
    expect(names.map((name) => timeZone(name, FROM, UNTIL))).toEqual(names.map(() => null));
    expect(ZONES.every(isTimeZone)).toBe(true);
  });
});
