import ICAL from 'ical.js';
import type {
  CalendarProblem,
  CalendarReader,
  CalendarReading,
  CalendarRequest,
} from '../../ports/calendar-reader';
import { isTimeZone } from '../../domain/calendars/time-zone';
import { CalendarRefusal } from './calendar-refusal';
import { momentsOf } from './moments';
import { occurrencesOf, type CalendarEvent, type Horizon, type Occurrence } from './occurrences';
import { Zones } from './zones';

const MAX_CHARACTERS = 10_000_000;
const MAX_EVENTS = 20_000;
/** As many as a plan's calendar takes. */
const MAX_OCCURRENCES = 2_000;
const MAX_PROBLEMS = 50;
const NO_CALENDAR = 'this is no iCalendar: it holds no VCALENDAR from BEGIN to END';

const textOf = (component: ICAL.Component, name: string): string | null => {
  const value: unknown = component.getFirstPropertyValue(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
};

function parsed(text: string): ICAL.Component[] {
  if (text.length > MAX_CHARACTERS)
    throw new CalendarRefusal(`the file has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  // Of anything else the parser says what went wrong inside it.
  if (!/^BEGIN:VCALENDAR\s*$/im.test(text)) throw new CalendarRefusal(NO_CALENDAR);
  try {
    const jcal = ICAL.parse(text.replace(/^\uFEFF/, '')) as unknown[];
    const roots = (typeof jcal[0] === 'string' ? [jcal] : jcal) as unknown[][];
    const calendars = roots.map((each) => new ICAL.Component(each as never));
    if (calendars.length > 0 && calendars.every(({ name }) => name === 'vcalendar')) return calendars;
  } catch (error) {
    throw new CalendarRefusal(`${lineOf(text, error as Error)}is no iCalendar: ${(error as Error).message}`);
  }
  throw new CalendarRefusal(NO_CALENDAR);
}

/** The parser names the text of a bad line, not its number. */
const lineOf = (text: string, { message }: Error): string => {
  const quoted = /"([^"]+)"$/.exec(message)?.[1];
  const at = quoted === undefined ? -1 : text.split(/\r?\n/).findIndex((line) => line === quoted);
  return at < 0 ? 'this ' : `line ${at + 1} `;
};

function eventOf(component: ICAL.Component, { zones, localZone }: Horizon): CalendarEvent {
  const uid = textOf(component, 'uid') ?? '(no UID)';
  try {
    const [start] = momentsOf(component, 'dtstart', zones, localZone);
    if (!start) throw new CalendarRefusal('has no DTSTART');
    const replaced = component.getFirstProperty('recurrence-id');
    if (replaced?.getFirstParameter('range'))
      throw new CalendarRefusal('RECURRENCE-ID with RANGE is not read: end the series and begin another');
    return {
      uid,
      start,
      component,
      replaces: momentsOf(component, 'recurrence-id', zones, localZone)[0] ?? null,
      summary: (textOf(component, 'summary') ?? 'busy').replace(/\s+/g, ' ').slice(0, 500),
      isCancelled: textOf(component, 'status')?.toUpperCase() === 'CANCELLED',
    };
  } catch (error) {
    throw new CalendarRefusal((error as Error).message, uid);
  }
}

/** Collects what is wrong with each, so that people mend a calendar once. */
function collect<T, R>(items: readonly T[], uidOf: (item: T) => string, read: (item: T) => R[]) {
  const results: R[] = [];
  const problems: CalendarProblem[] = [];
  for (const item of items) {
    try {
      results.push(...read(item));
    } catch (error) {
      problems.push({ uid: uidOf(item), message: (error as Error).message });
    }
    if (problems.length >= MAX_PROBLEMS) break;
  }
  return { results, problems };
}

function occurrencesIn(
  calendars: readonly ICAL.Component[],
  horizon: Horizon,
): Occurrence[] | CalendarProblem[] {
  const components = calendars.flatMap((calendar) => calendar.getAllSubcomponents('vevent'));
  if (components.length > MAX_EVENTS)
    throw new CalendarRefusal(`the calendar has ${components.length} events, more than ${MAX_EVENTS}`);
  const events = collect(
    components,
    (component) => textOf(component, 'uid') ?? '(no UID)',
    (component) => [eventOf(component, horizon)],
  );
  if (events.problems.length > 0) return events.problems;
  const series = Map.groupBy(events.results, ({ uid, start }) =>
    uid === '(no UID)' ? `${uid} ${start.wall.toString()}` : uid,
  );
  const all = collect(
    [...series],
    ([uid]) => uid,
    ([, members]) => occurrencesOf(members, horizon),
  );
  return all.problems.length > 0 ? all.problems : all.results;
}

const isProblems = (found: Occurrence[] | CalendarProblem[]): found is CalendarProblem[] =>
  found.length > 0 && 'message' in (found[0] as object);

/** Reads RFC 5545 by ical.js, its recurrences by rrule-temporal, its zones by IANA and by the names of Windows. */
export class ICalendarReader implements CalendarReader {
  read({ text, from, until, timeZone }: CalendarRequest): CalendarReading {
    try {
      if (!isTimeZone(timeZone))
        throw new CalendarRefusal(`the time zone "${timeZone}" is unknown: use an IANA name`);
      const calendars = parsed(text);
      const definitions = new Map(
        calendars
          .flatMap((calendar) => calendar.getAllSubcomponents('vtimezone'))
          .map((zone) => [textOf(zone, 'tzid') ?? '', zone]),
      );
      const [begin, end] = [Date.parse(from), Date.parse(until)];
      const horizon = {
        from: begin,
        until: end,
        zones: new Zones(definitions, begin, end),
        localZone: timeZone,
      };
      const found = occurrencesIn(calendars, horizon);
      if (isProblems(found)) return { kind: 'refused', problems: found };
      if (found.length > MAX_OCCURRENCES)
        throw new CalendarRefusal(
          `the calendar takes ${found.length} times from ${from} to ${until}, more than ${MAX_OCCURRENCES}: leave out what migrations need not avoid`,
        );
      return { kind: 'read', blackouts: blackoutsOf(found) };
    } catch (error) {
      if (!(error instanceof CalendarRefusal)) throw error;
      return { kind: 'refused', problems: [{ uid: error.uid, message: error.message }] };
    }
  }
}

const blackoutsOf = (occurrences: readonly Occurrence[]) =>
  occurrences
    .toSorted((a, b) => a.start - b.start || a.end - b.end || (a.summary < b.summary ? -1 : 1))
    .map(({ start, end, summary }) => ({
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      reason: summary,
    }));
