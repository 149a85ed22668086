import { describe, expect, it } from '@jest/globals';
import { dateWaves } from '../../../../../shared/domain/planning/dates/date-waves';
import { datedWorkload, datingOf, range, settingsOf } from '../../../../support/planning/dated-waves';

describe('dates of waves', () => {
  it('R39 R43 gives each wave and workload an hour inside the window of the calendar', () => {
    const { dates, problems } = dateWaves(
      datingOf([[[datedWorkload('shop'), datedWorkload('till', { dependsOn: ['shop'] })]]]),
    );
    expect(problems).toEqual([]);
    expect(dates[0]).toMatchObject({
      window: { start: '2027-01-02T20:00:00.000Z', end: '2027-01-03T06:00:00.000Z' },
      cutovers: [
        { workloadId: 'shop', start: '2027-01-02T20:00:00.000Z', end: '2027-01-02T21:00:00.000Z' },
        { workloadId: 'till', start: '2027-01-02T21:00:00.000Z', end: '2027-01-02T22:00:00.000Z' },
      ],
    });
  });

  it('R41 a weekly window is used every week where seven days lie between waves', () => {
    const settings = settingsOf({ calendar: { monthEdges: [] } });
    const waves = ['a', 'b', 'c'].map((id) => [[datedWorkload(id)]] as const);
    expect(dateWaves(datingOf(waves, settings)).dates.map((each) => each?.window.start.slice(0, 10))).toEqual(
      ['2027-01-02', '2027-01-09', '2027-01-16'],
    );
  });

  it('R41 a team that works through the night begins no other wave before morning', () => {
    const open = (day: 'mon' | 'tue', from: string) => [{ days: [day], from, to: '10:00', timeZone: 'UTC' }];
    const night = datedWorkload('night', { maintenance: open('mon', '22:00'), downtimeMinutes: range(240) });
    const early = datedWorkload('early', { maintenance: open('tue', '02:00'), downtimeMinutes: range(60) });
    const startsOf = (teams: number, ...waves: (typeof night)[]) =>
      dateWaves(
        datingOf(
          waves.map((wave) => [[wave]] as const),
          settingsOf({ capacity: { teams }, daysBetweenWaves: 0, calendar: { monthEdges: [] } }),
        ),
      ).dates.map((dates) => dates?.window.start.slice(8, 16));
    expect(startsOf(2, night, early)).toEqual(['04T22:00', '05T02:00']);
    expect(startsOf(1, night, early)).toEqual(['04T22:00', '05T04:15']);
    expect(startsOf(1, early, night)).toEqual(['05T02:00', '11T22:00']);
  });

  it('R45 puts preparation, transfer and its buffer before the window; cutover, testing and contingency into it', () => {
    const wave = [
      datedWorkload('shop', { path: 'vpn', transferMinutes: range(600, 660), testingMinutes: 30 }),
    ];
    const parts = dateWaves(datingOf([[wave]])).dates[0]?.parts.map(({ part, start, end }) => [
      part,
      start.slice(0, 16),
      end.slice(0, 16),
    ]);
    expect(parts).toEqual([
      ['preparation', '2027-01-01T07:00', '2027-01-02T07:00'],
      ['transfer', '2027-01-02T07:00', '2027-01-02T17:00'],
      ['contingency', '2027-01-02T17:00', '2027-01-02T20:00'],
      ['cutover', '2027-01-02T20:00', '2027-01-02T21:00'],
      ['testing', '2027-01-02T21:00', '2027-01-02T21:30'],
      ['contingency', '2027-01-02T21:30', '2027-01-02T21:48'],
    ]);
  });
});
