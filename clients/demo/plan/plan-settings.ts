import type { z } from 'zod';
import type { PlanSettings } from '../../../shared/contracts/planning/settings';
import type { Person } from '../api-client';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Preparation takes the day before data may travel; then there are ten minutes for the little that the pilot has. */
const BEGAN_BEFORE_MS = DAY_MS + 10 * MINUTE_MS;

/** By day of the year, in every year that the plan may reach. */
const HOLIDAYS = [
  ['01-01', 'New Year'],
  ['05-01', 'Labour Day'],
  ['10-03', 'Day of German Unity'],
  ['12-25', 'Christmas Day'],
  ['12-26', 'Second Christmas Day'],
] as const;

const at = (ms: number): string => new Date(ms).toISOString();

/** What the enterprise has decided beside its inventory: its lines to Azure, its calendar, its teams, and who decides. */
export function planSettings(now: Date, people: Iterable<Person>): z.input<typeof PlanSettings> {
  const nowMs = now.getTime();
  const year = now.getUTCFullYear();
  return {
    earliestStart: at(nowMs - BEGAN_BEFORE_MS),
    paths: [
      {
        kind: 'express-route',
        state: 'provisioned',
        megabitsPerSecond: 1_000,
        roundTripMs: 18,
        isMeasured: true,
        costPerGb: 0.02,
      },
      { kind: 'data-box', state: 'provisioned', leadTimeDays: 10, costPerGb: 0.01 },
    ],
    capacity: { teams: 2 },
    calendar: {
      timeZone: 'Europe/Berlin',
      maintenance: [{ days: ['sat'], from: '20:00', to: '06:00', timeZone: 'Europe/Berlin' }],
      monthEdges: [-2, -1, 1],
      blackouts: [
        { start: at(nowMs + 60 * DAY_MS), end: at(nowMs + 74 * DAY_MS), reason: 'Annual stock-taking' },
      ],
      holidays: [year, year + 1, year + 2].flatMap((each) =>
        HOLIDAYS.map(([day, name]) => ({ date: `${each}-${day}`, name })),
      ),
    },
    signatories: [...people].map(({ name, role }) => ({ name, role })),
    rollbackAuthority: 'Lena',
    emergencyChannel: 'Lena, at this terminal',
  };
}
