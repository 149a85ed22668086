import type { SentenceCase } from './sentence-case';

export const dateCases: readonly SentenceCase[] = [
  [
    'date-earliest-start',
    { earliest: '2027-01-04T00:00:00.000Z', until: '2027-01-05T00:00:00.000Z' },
    'The plan begins at 2027-01-04 00:00 UTC; with a day of preparation nothing moves before 2027-01-05 00:00 UTC.',
  ],
  [
    'date-not-before',
    { workload: 'shop', until: '2027-01-05T00:00:00.000Z' },
    'shop is not ready before 2027-01-05 00:00 UTC.',
  ],
  [
    'date-after-wave',
    { wave: 3, until: '2027-01-05T00:00:00.000Z' },
    'It comes after wave 3: with the days between waves not before 2027-01-05 00:00 UTC.',
  ],
  [
    'date-transfer',
    { paths: 'express-route, vpn', until: '2027-01-05T00:00:00.000Z' },
    'Its data, by express-route, vpn, are there at 2027-01-05 00:00 UTC at the earliest, buffer included.',
  ],
  [
    'date-teams',
    { earlier: '2027-01-05T00:00:00.000Z' },
    'Its first legal window would begin at 2027-01-05 00:00 UTC, but every team runs or follows up another wave then.',
  ],
  [
    'date-window',
    { start: '2027-01-05T00:00:00.000Z', end: '2027-01-05T06:00:00.000Z', workloads: 1, calendars: 1 },
    'From 2027-01-05 00:00 UTC to 2027-01-05 06:00 UTC is inside the approved windows of all its workloads (workloads: 1, different calendars: 1).',
  ],
  [
    'date-avoids-blackout',
    { reason: 'end of the year', more: 0 },
    'An earlier window was not used because of a blackout (end of the year).',
  ],
  [
    'date-avoids-month-edge',
    { reason: '2027-01-31 is the last day of its month', more: 1 },
    'An earlier window was not used because 2027-01-31 is the last day of its month; so were others, for 1 more such time.',
  ],
  [
    'date-avoids-holiday',
    { reason: '2027-05-01 is Labour Day', more: 2 },
    'An earlier window was not used because 2027-05-01 is Labour Day; so were others, for 2 more such times.',
  ],
  [
    'date-asked',
    { workload: 'shop', reason: 'their release is in March.' },
    'The date was set for shop: their release is in March.',
  ],
  [
    'date-kept',
    { earliest: '2027-01-05T00:00:00.000Z' },
    'The date was agreed before and is still legal; 2027-01-05 00:00 UTC would be possible by now.',
  ],
  [
    'date-parts',
    { transferMinutes: 0, cutoverMinutes: 1, testingMinutes: 60 },
    'Nothing travels before the window; in it 1 minute of cutovers and 60 minutes of testing.',
  ],
  [
    'date-buffer',
    { transferMinutes: 0, cutoverMinutes: 18 },
    'Kept free: 18 minutes at the end for what goes wrong or for the way back.',
  ],
];
