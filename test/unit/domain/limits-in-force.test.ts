import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScheduledRates, TransferLimits } from '../../../shared/contracts/transfer';
import { limitsInForce } from '../../../shared/domain/limits-in-force';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const rule = (more: object) => ({
  days: WEEKDAYS,
  from: '08:00',
  to: '18:00',
  timeZone: 'Europe/Berlin',
  bytesPerSecond: 5_000,
  ...more,
});
const bytesAt = (rules: readonly object[], instant: string): number | null => {
  const limits = TransferLimits.parse({ bytesPerSecond: 1_000_000, schedule: rules });
  return limitsInForce(limits, new Date(instant)).limits.bytesPerSecond;
};
const FREE = 1_000_000;

describe('limits in force', () => {
  it.each([
    ['2026-11-23T06:59:59Z', FREE],
    ['2026-11-23T07:00:00Z', 5_000],
    ['2026-11-23T16:59:59Z', 5_000],
    ['2026-11-23T17:00:00Z', FREE],
    ['2026-11-22T12:00:00Z', FREE],
  ])('R131 follow the clock of the source: at %s %s bytes/s', (instant, expected) => {
    expect(bytesAt([rule({})], instant)).toBe(expected);
  });

  it.each([
    // Summer time begins: 02:00 to 03:00 is not there.
    ['2026-03-29T00:59:59Z', FREE],
    ['2026-03-29T01:00:00Z', FREE],
    // It ends: 02:30 comes twice.
    ['2026-10-25T00:30:00Z', 5_000],
    ['2026-10-25T01:30:00Z', 5_000],
    ['2026-10-25T02:00:00Z', FREE],
  ])('R131 when the clocks change: at %s %s bytes/s', (instant, expected) => {
    expect(bytesAt([rule({ days: ['sun'], from: '02:00', to: '03:00' })], instant)).toBe(expected);
  });

  it('R131 keep their hours on the wall, so 08:00 comes an hour earlier in summer', () => {
    expect(bytesAt([rule({})], '2026-07-01T06:00:00Z')).toBe(5_000);
    expect(bytesAt([rule({})], '2026-12-01T06:00:00Z')).toBe(FREE);
  });

  it('R131 may pass midnight, which belongs to the day they begin on', () => {
    const night = [rule({ days: ['fri'], from: '22:00', to: '05:00', timeZone: 'Asia/Kolkata' })];
    expect(bytesAt(night, '2026-11-27T16:29:00Z')).toBe(FREE);
    expect(bytesAt(night, '2026-11-27T16:30:00Z')).toBe(5_000);
    expect(bytesAt(night, '2026-11-27T23:29:00Z')).toBe(5_000);
    expect(bytesAt(night, '2026-11-27T23:30:00Z')).toBe(FREE);
    expect(bytesAt(night, '2026-11-26T20:00:00Z')).toBe(FREE);
  });

  it('R131 are those of the first rule that holds, and say which', () => {
    const always = { days: [...WEEKDAYS, 'sat', 'sun'], from: '00:00', to: '00:00', timeZone: 'UTC' };
    const limits = TransferLimits.parse({ schedule: [rule({ requestsPerSecond: 50 }), always] });
    expect(limitsInForce(limits, new Date('2026-11-23T12:00:00Z')).inWords).toBe(
      'mon tue wed thu fri 08:00-18:00 Europe/Berlin: 5000 bytes/s, 50 requests/s',
    );
    expect(limitsInForce(limits, new Date('2026-11-23T20:00:00Z')).inWords).toMatch(/UTC: unlimited$/);
    expect(limitsInForce(TransferLimits.parse({}), new Date(0)).inWords).toBeNull();
    expect(limitsInForce(TransferLimits.parse({ bytesPerSecond: 2_000 }), new Date(0)).inWords).toBe(
      '2000 bytes/s',
    );
  });

  it('R131 a day is inside or outside its hours whatever the zone, never both', () => {
    const zones = fc.constantFrom(
      'America/St_Johns',
      'Pacific/Chatham',
      'Europe/London',
      'UTC',
      'Asia/Kathmandu',
    );
    const instants = fc.date({
      min: new Date('2025-01-01'),
      max: new Date('2027-12-31'),
      noInvalidDate: true,
    });
    const times = fc.constantFrom('00:00', '06:30', '12:00', '23:59');
    fc.assert(
      fc.property(zones, instants, times, times, (timeZone, now, from, to) => {
        fc.pre(from !== to);
        const all = [...WEEKDAYS, 'sat', 'sun'];
        const inside = bytesAt([rule({ days: all, from, to, timeZone })], now.toISOString());
        const outside = bytesAt([rule({ days: all, from: to, to: from, timeZone })], now.toISOString());
        expect([inside, outside].filter((each) => each === 5_000)).toHaveLength(1);
      }),
    );
  });
});

it('R131 a time zone that nobody knows is refused by its name', () => {
  const parsed = ScheduledRates.safeParse(rule({ timeZone: 'Europe/Bonn' }));
  expect(parsed.error?.issues[0]?.message).toContain('"Europe/Bonn" is no time zone');
  expect(ScheduledRates.safeParse(rule({ from: '24:00' })).success).toBe(false);
});
