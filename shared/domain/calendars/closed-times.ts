import type { PlanCalendar } from '../../contracts/planning/settings';
import type { Interval } from './interval';
import { DAY_MS, type TimeZone } from './time-zone';

/** A time in which nothing may run, and why (R40 R44). */
export interface ClosedTime extends Interval {
  readonly kind: 'blackout' | 'month-edge' | 'holiday';
  readonly reason: string;
}

const isoOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
const firstOfMonth = (year: number, month: number): number => Date.UTC(year, month, 1) / DAY_MS;

/** The days of a month that stand at these places: 1 is its first, -1 its last. Places a month has not got are none. */
const edgesOfMonth = (year: number, month: number, edges: readonly number[]): number[] => {
  const first = firstOfMonth(year, month);
  const next = firstOfMonth(year, month + 1);
  return edges
    .filter((edge) => edge !== 0)
    .map((edge) => (edge > 0 ? first + edge - 1 : next + edge))
    .filter((day) => day >= first && day < next);
};

const wholeDay = (zone: TimeZone, day: number): Interval => ({
  start: zone.instantAt(day, 0),
  end: zone.instantAt(day + 1, 0),
});

const nameOfEdge = (day: number, edge: number): string =>
  `${isoOf(day)} is ${edge > 0 ? `day ${edge} of its month` : edge === -1 ? 'the last day of its month' : `day ${-edge} from the end of its month`}`;

function monthEdges(edges: readonly number[], zone: TimeZone, horizon: Interval): ClosedTime[] {
  const start = new Date(horizon.start - DAY_MS);
  const closed: ClosedTime[] = [];
  for (let month = 0; ; month += 1) {
    const year = start.getUTCFullYear();
    const nth = start.getUTCMonth() + month;
    if (firstOfMonth(year, nth) * DAY_MS > horizon.end + DAY_MS) return closed;
    for (const edge of edges) {
      for (const day of edgesOfMonth(year, nth, [edge])) {
        closed.push({ ...wholeDay(zone, day), kind: 'month-edge', reason: nameOfEdge(day, edge) });
      }
    }
  }
}

/** All that the calendar keeps free within the horizon, sorted by time. Days are whole days in its zone, however long they are. */
export function closedTimes(
  calendar: Pick<PlanCalendar, 'blackouts' | 'monthEdges' | 'holidays'>,
  zone: TimeZone,
  horizon: Interval,
): ClosedTime[] {
  const blackouts = calendar.blackouts.map(({ start, end, reason }) => ({
    start: Date.parse(start),
    end: Date.parse(end),
    kind: 'blackout' as const,
    reason,
  }));
  const holidays = calendar.holidays.map(({ date, name }) => ({
    ...wholeDay(zone, Date.parse(`${date}T00:00:00Z`) / DAY_MS),
    kind: 'holiday' as const,
    reason: `${date} is ${name}`,
  }));
  return [...blackouts, ...monthEdges(calendar.monthEdges, zone, horizon), ...holidays]
    .filter(({ start, end }) => start < horizon.end && end > horizon.start && start < end)
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.reason < b.reason ? -1 : 1));
}
