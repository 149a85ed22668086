import ICAL from 'ical.js';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { CalendarRefusal } from './calendar-refusal';
import { instantOf, momentsOf, wallIn, type Moment } from './moments';
import type { Zones } from './zones';

const DAY_MS = 86_400_000;

export interface CalendarEvent {
  readonly uid: string;
  readonly summary: string;
  readonly isCancelled: boolean;
  readonly start: Moment;
  /** Where its series would have had it; null: it is the series, or stands alone. */
  readonly replaces: Moment | null;
  readonly component: ICAL.Component;
}

export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly summary: string;
}

export interface Horizon {
  readonly from: number;
  readonly until: number;
  readonly zones: Zones;
  readonly localZone: string;
}

/** When an occurrence ends that begins there (RFC 5545 3.6.1, 3.8.5.3): DTEND tells a length in time, DURATION one on the calendar. */
function endOf({ component, start }: CalendarEvent, begin: Moment, { zones, localZone }: Horizon): number {
  const [end] = momentsOf(component, 'dtend', zones, localZone);
  if (end && start.isDay)
    return instantOf({ ...begin, wall: begin.wall.add(start.wall.until(end.wall, { largestUnit: 'days' })) });
  if (end) return instantOf(begin) + instantOf(end) - instantOf(start);
  const duration: unknown = component.getFirstPropertyValue('duration');
  if (duration instanceof ICAL.Duration) {
    const days = (duration.weeks * 7 + duration.days) * (duration.isNegative ? -1 : 1);
    const rest = (duration.hours * 3_600 + duration.minutes * 60 + duration.seconds) * 1_000;
    return instantOf({ ...begin, wall: begin.wall.add({ days }) }) + rest * (duration.isNegative ? -1 : 1);
  }
  return start.isDay ? instantOf({ ...begin, wall: begin.wall.add({ days: 1 }) }) : instantOf(begin);
}

const asUtc = (wall: Temporal.PlainDateTime): Temporal.ZonedDateTime => wall.toZonedDateTime('UTC');

/**
 * Rules are written out on the wall clock, as if it were that of UTC, and only then become instants: a rule for every day at half past
 * two has an occurrence on the day whose clock leaves that out, too.
 */
function byRule(event: CalendarEvent, recur: ICAL.Recur, horizon: Horizon, longestMs: number): Moment[] {
  const { start } = event;
  if (['HOURLY', 'MINUTELY', 'SECONDLY'].includes(recur.freq))
    throw new CalendarRefusal(`RRULE repeats ${recur.freq}: days, weeks, months and years are read`);
  const parts = recur.toString().split(';');
  const rule = parts.filter((part) => !/^UNTIL=/i.test(part)).join(';');
  const until = recur.until ? lastWall(recur.until, start) : null;
  try {
    const series = new RRuleTemporal({
      rruleString: rule,
      dtstart: asUtc(start.wall),
      ...(until ? { until: asUtc(until) } : {}),
    });
    const from = Temporal.Instant.fromEpochMilliseconds(horizon.from - longestMs - 2 * DAY_MS);
    const to = Temporal.Instant.fromEpochMilliseconds(horizon.until + 2 * DAY_MS);
    return series
      .between(from.toZonedDateTimeISO('UTC'), to.toZonedDateTimeISO('UTC'), true)
      .map((each) => ({ ...start, wall: Temporal.PlainDateTime.from(each.toString().slice(0, 19)) }));
  } catch (error) {
    throw new CalendarRefusal(`RRULE:${recur.toString()} can't be followed: ${(error as Error).message}`);
  }
}

/** UNTIL on the clock of the series: it stands in UTC, on that clock, or as a day, whatever the series is. */
function lastWall(until: ICAL.Time, start: Moment): Temporal.PlainDateTime {
  const { year, month, day, hour, minute, second, isDate } = until;
  const date = Temporal.PlainDate.from({ year, month, day });
  if (isDate) return date.toPlainDateTime({ hour: 23, minute: 59, second: 59 });
  const wall = date.toPlainDateTime({ hour, minute, second });
  if (until.zone !== ICAL.Timezone.utcTimezone) return wall;
  return wallIn({ wall, zone: 'UTC', isDay: false }, start.zone);
}

/** Whether an exception means this occurrence: by the instant, or by the day where either is a day. */
const means = (exception: Moment, occurrence: Moment): boolean =>
  exception.isDay || occurrence.isDay
    ? wallIn(exception, occurrence.zone).toPlainDate().equals(occurrence.wall.toPlainDate())
    : instantOf(exception) === instantOf(occurrence);

/** All occurrences of one UID that overlap the horizon; `events` are its series and whatever replaces single ones of it. */
export function occurrencesOf(events: readonly CalendarEvent[], horizon: Horizon): Occurrence[] {
  const { zones, localZone } = horizon;
  const replaced = events.flatMap(({ replaces }) => (replaces ? [replaces] : []));
  const occurrences = events.flatMap((event): Occurrence[] => {
    if (event.isCancelled) return [];
    const { component, start, summary } = event;
    const lengthMs = Math.max(0, endOf(event, start, horizon) - instantOf(start));
    const rules = event.replaces ? [] : component.getAllProperties('rrule');
    const generated = rules.flatMap((property) =>
      byRule(event, property.getFirstValue() as ICAL.Recur, horizon, lengthMs),
    );
    const dates = event.replaces ? [] : momentsOf(component, 'rdate', zones, localZone);
    const without = event.replaces ? [] : [...momentsOf(component, 'exdate', zones, localZone), ...replaced];
    const begins = [start, ...generated, ...dates].filter(
      (begin) => !without.some((exception) => means(exception, begin)),
    );
    const byInstant = new Map(begins.map((begin) => [instantOf(begin), begin]));
    return [...byInstant].map(([at, begin]) => ({ start: at, end: endOf(event, begin, horizon), summary }));
  });
  return occurrences.filter(({ start, end }) => start < end && start < horizon.until && end > horizon.from);
}
