import { describe, expect, it } from '@jest/globals';
import { ICalendarReader } from '../../../../shared/adapters/icalendar/icalendar-reader';
import type { CalendarReading } from '../../../../shared/ports/calendar-reader';

const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:one', 'SUMMARY:Closing', ...lines, 'END:VEVENT'];
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n');

const read = (text: string, more: { timeZone?: string } = {}): CalendarReading =>
  new ICalendarReader().read({
    text,
    from: '2027-01-01T00:00:00.000Z',
    until: '2028-01-01T00:00:00.000Z',
    timeZone: 'Europe/Berlin',
    ...more,
  });
const times = (text: string, more: { timeZone?: string } = {}): string[] => {
  const reading = read(text, more);
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
  return reading.blackouts.map(({ start, end }) => `${start.slice(0, 16)} ${end.slice(0, 16)}`);
};
const refusal = (text: string, more: { timeZone?: string } = {}) => {
  const reading = read(text, more);
  return reading.kind === 'refused'
    ? reading.problems.map(({ uid, message }) => `${uid}: ${message}`)
    : reading;
};

const EASTERN = ['BEGIN:VTIMEZONE', 'TZID:Customized Time Zone', 'BEGIN:STANDARD', 'DTSTART:16010101T020000']
  .concat('RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11', 'TZOFFSETFROM:-0400', 'TZOFFSETTO:-0500', 'END:STANDARD')
  .concat('BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3')
  .concat('TZOFFSETFROM:-0500', 'TZOFFSETTO:-0400', 'END:DAYLIGHT', 'END:VTIMEZONE');

describe('calendars that people import', () => {
  it('R40 whole days are days of the calendar that is asked, summaries their reasons', () => {
    const text = calendar(...event('DTSTART;VALUE=DATE:20270328', 'DTEND;VALUE=DATE:20270330'));
    expect(read(text)).toEqual({
      kind: 'read',
      blackouts: [{ start: '2027-03-27T23:00:00.000Z', end: '2027-03-29T22:00:00.000Z', reason: 'Closing' }],
    });
    expect(times(text, { timeZone: 'America/New_York' })).toEqual(['2027-03-28T04:00 2027-03-30T04:00']);
  });

  it('R40 times are of their zone by IANA or by Windows, in UTC, or of the calendar where they name none', () => {
    const at = (start: string) => times(calendar(...event(start, 'DURATION:PT1H')))[0]?.slice(0, 16);
    expect(at('DTSTART;TZID=America/New_York:20270701T120000')).toBe('2027-07-01T16:00');
    expect(at('DTSTART;TZID=W. Europe Standard Time:20270701T120000')).toBe('2027-07-01T10:00');
    expect(at('DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20270701T120000')).toBe('2027-07-01T10:00');
    expect(at('DTSTART:20270701T120000Z')).toBe('2027-07-01T12:00');
    expect(at('DTSTART:20270701T120000')).toBe('2027-07-01T10:00');
  });

  it('R40 a weekly event keeps its hour on the clock over both changes of it', () => {
    const weekly = (...more: string[]) =>
      times(
        calendar(
          ...event(
            'DTSTART;TZID=Europe/Berlin:20270320T220000',
            'DTEND;TZID=Europe/Berlin:20270320T230000',
            ...more,
          ),
        ),
      );
    expect(weekly('RRULE:FREQ=WEEKLY;COUNT=3')).toEqual([
      '2027-03-20T21:00 2027-03-20T22:00',
      '2027-03-27T21:00 2027-03-27T22:00',
      '2027-04-03T20:00 2027-04-03T21:00',
    ]);
    expect(weekly('RRULE:FREQ=WEEKLY;UNTIL=20270403T200000Z')).toHaveLength(3);
    expect(weekly('RRULE:FREQ=WEEKLY;UNTIL=20270403T195959Z')).toHaveLength(2);
    expect(weekly('RRULE:FREQ=WEEKLY;UNTIL=20270403T220000')).toHaveLength(3);
    expect(weekly('RRULE:FREQ=WEEKLY;UNTIL=20270403')).toHaveLength(3);
  });

  it('R40 an event in the hour that is left out takes place an hour later, not never', () => {
    const text = calendar(
      ...event('DTSTART;TZID=Europe/Berlin:20270327T023000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'),
    );
    expect(times(text).map((each) => each.slice(0, 16))).toEqual([
      '2027-03-27T01:30',
      '2027-03-28T01:30',
      '2027-03-29T00:30',
    ]);
  });

  it('R40 exceptions, additions and moved occurrences change a series, also on folded lines', () => {
    const series = event(
      'DTSTART:20270104T080000Z',
      'DTEND:20270104T090000Z',
      'RRULE:FREQ=WEEKLY;COUNT=5',
    ).slice(0, -1);
    const text = calendar(
      ...series,
      'EXDATE:20270111T080000Z,2027011',
      ' 8T080000Z',
      'RDATE:20270301T080000Z',
      'END:VEVENT',
      ...event('RECURRENCE-ID:20270125T080000Z', 'DTSTART:20270126T100000Z', 'DTEND:20270126T110000Z'),
      ...event(
        'RECURRENCE-ID:20270201T080000Z',
        'DTSTART:20270201T080000Z',
        'DURATION:PT1H',
        'STATUS:CANCELLED',
      ),
    );
    expect(times(text).map((each) => each.slice(0, 16))).toEqual([
      '2027-01-04T08:00',
      '2027-01-26T10:00',
      '2027-03-01T08:00',
    ]);
  });

  it('R40 a series of whole days is excepted by day, though the exception names a time', () => {
    const text = calendar(
      ...event('DTSTART;VALUE=DATE:20261228', 'RRULE:FREQ=WEEKLY;UNTIL=20270118T000000Z'),
      ...event('RECURRENCE-ID:20270111T000000', 'DTSTART;VALUE=DATE:20270112'),
    );
    expect(times(text, { timeZone: 'UTC' }).map((each) => each.slice(0, 10))).toEqual([
      '2027-01-04',
      '2027-01-12',
      '2027-01-18',
    ]);
  });

  it('R40 believes a definition of a zone in the file only where a real zone has its rules', () => {
    const start = 'DTSTART;TZID=Customized Time Zone:20270701T120000';
    const at = calendar(...EASTERN, ...event(start, 'DURATION:PT1H'));
    expect(times(at)).toEqual(['2027-07-01T16:00 2027-07-01T17:00']);
    expect(
      refusal(
        at
          .replace('TZOFFSETTO:-0400', 'TZOFFSETTO:-0417')
          .replace('TZOFFSETFROM:-0400', 'TZOFFSETFROM:-0417'),
      ),
    ).toEqual([
      expect.stringContaining(
        'one: the time zone "Customized Time Zone" is defined in the file like no IANA zone',
      ),
    ]);
    const shown = '"(UTC-05:00) Eastern Time (US & Canada)"';
    const displayed = calendar(...event(`DTSTART;TZID=${shown}:20270701T120000`, 'DURATION:PT1H'));
    expect(refusal(displayed)).toEqual([
      expect.stringContaining('one: the time zone "(UTC-05:00) Eastern Time (US & Canada)" is unknown'),
    ]);
  });

  it.each([
    ['DTSTART;TZID=Mars/Olympus:20270101T000000', 'one: the time zone "Mars/Olympus" is unknown'],
    ['DTSTART:20271341T000000Z', 'one: DTSTART is no date or time'],
    ['SUMMARY:never', 'one: has no DTSTART'],
  ])('refuses an event with %s by its UID', (line, message) => {
    expect(refusal(calendar(...event(line)))).toEqual([expect.stringContaining(message)]);
  });

  it('refuses what it can not follow: rules by the hour, ranges, files that are none, zones of the asker', () => {
    const hourly = event('DTSTART:20270101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=HOURLY');
    expect(refusal(calendar(...hourly))).toEqual([expect.stringContaining('one: RRULE repeats HOURLY')]);
    const range = event('DTSTART:20270101T000000Z', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270101T000000Z');
    expect(refusal(calendar(...range))).toEqual([expect.stringContaining('RANGE')]);
    expect(refusal(calendar('nonsense'))).toEqual([expect.stringContaining('null: line 3 is no iCalendar')]);
    for (const text of ['', '{ "id": "wave-1" }', 'BEGIN:VCARD\nEND:VCARD'])
      expect(refusal(text)).toEqual(['null: this is no iCalendar: it holds no VCALENDAR from BEGIN to END']);
    expect(refusal(calendar(), { timeZone: 'Berlin' })).toEqual([expect.stringContaining('"Berlin"')]);
  });

  it('refuses more than it can hold: events, their times, and the file itself', () => {
    const daily = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        event('DTSTART:20270101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY').map((line) =>
          line.replace('UID:one', `UID:${index}`),
        ),
      ).flat();
    expect(refusal(calendar(...daily(6)))).toEqual([expect.stringContaining('takes 2190 times')]);
    expect(times(calendar(...daily(5)))).toHaveLength(1_825);
    expect(refusal('x'.repeat(10_000_001))).toEqual([expect.stringContaining('more than 10000000')]);
  });
});
