import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { ICalendarReader } from '../../../../shared/adapters/icalendar/icalendar-reader';
import { writeCalendar } from '../../../../shared/domain/calendars/write-calendar';
import { dateWaves } from '../../../../shared/domain/planning/dates/date-waves';
import { datedWorkload, datingOf } from '../../../support/planning/dated-waves';

const plan = { id: 'move', name: 'Move; all, of it', version: 7, changedAt: '2026-12-01T10:11:12.345Z' };
const input = datingOf([[[datedWorkload('shop', { method: 'online' })]], [[datedWorkload('till')]]]);
const wavesOf = (summary: string) =>
  dateWaves(input).dates.map((dates, index) => ({
    number: index + 1,
    workloadIds: ['shop'],
    after: [],
    summary,
    servers: 1,
    complexity: 0,
    risk: 0,
    dates,
    reasons: [],
  }));

describe('a plan as a calendar', () => {
  it('R42 is read back by our own reader with the windows it has', () => {
    const waves = wavesOf('two shops');
    const reading = new ICalendarReader().read({
      text: writeCalendar({ plan, waves }),
      from: '2027-01-01T00:00:00.000Z',
      until: '2028-01-01T00:00:00.000Z',
      timeZone: 'UTC',
    });
    expect(reading).toEqual({
      kind: 'read',
      blackouts: waves.map(({ dates, number }) => ({
        start: dates!.window.start,
        end: dates!.window.end,
        reason: `Move; all, of it, wave ${number}`,
      })),
    });
  });

  it('R42 R47 tells other readers which version of the entry it is, and when users can only read', () => {
    const calendar = new ICAL.Component(
      ICAL.parse(writeCalendar({ plan, waves: wavesOf('first') })) as never,
    );
    const [event] = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
    expect(event).toMatchObject({
      uid: 'plan-move-wave-1@causeway',
      sequence: 7,
      summary: 'Move; all, of it, wave 1',
    });
    expect(String(event!.component.getFirstPropertyValue('dtstamp'))).toBe('2026-12-01T10:11:12Z');
    expect(event!.description).toContain('shop is read-only: 2027-01-02 20:00 UTC to 2027-01-02 21:00 UTC');
  });

  it('folds lines at 75 octets without cutting characters, and gives any text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (summary) => {
        const text = writeCalendar({ plan, waves: wavesOf(summary).slice(0, 1) });
        expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
        const event = new ICAL.Component(ICAL.parse(text) as never).getFirstSubcomponent('vevent')!;
        const described = new ICAL.Event(event).description;
        const clean = summary.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');
        expect(described.startsWith(`${clean}\npreparation`)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
