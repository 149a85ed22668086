import { toInstantMs, toWallMs } from './timer-zone';

/** An NCRONTAB schedule in a time zone, or an interval. */
export interface TimerSchedule {
  /** The first occurrence after the instant; null where there is none within forty years. */
  nextAfter(instantMs: number): number | null;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
];
const DAY_MS = 86_400_000;
/** Covers a 29 February on a given day of the week, over a century that skips a leap year. */
const SEARCH_DAYS = 40 * 366;

const TIME_SPAN = /^(?:(\d+)[.:])?(\d+):(\d+):(\d+)$/;

/** `hh:mm:ss`, with days before it or, as .NET reads it, `dd:hh:mm` where the first number is no hour. Null for what is neither. */
const parseTimeSpan = (text: string): number | null => {
  const [, ...groups] = TIME_SPAN.exec(text) ?? [];
  if (groups.length === 0) return null;
  const numbers = groups.filter((group) => group !== undefined).map(Number);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] =
    numbers.length === 4 ? numbers : Number(numbers[0]) < 24 ? [0, ...numbers] : [...numbers, 0];
  const intervalMs = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (hours < 24 && minutes < 60 && seconds < 60 && intervalMs > 0) return intervalMs;
  throw new Error(`schedule "${text}" is no interval`);
};

/**
 * Parses `{second} {minute} {hour} {day} {month} {day of week}`, or five fields without the second. Fields take `*`, numbers,
 * lists, ranges, steps, and English names of months and days. All fields must match: unlike in cron, day and day of week, too.
 * Or an interval, counted from the end of the run before. Throws an Error that names the field at fault, or says that the schedule never occurs.
 */
export const parseSchedule = (text: string, timeZone: string): TimerSchedule => {
  const intervalMs = parseTimeSpan(text.trim());
  if (intervalMs !== null) return { nextAfter: (instantMs) => instantMs + intervalMs };
  const parts = text.trim().split(/\s+/);
  const padded = parts.length === 5 ? ['0', ...parts] : parts;
  if (padded.length !== FIELDS.length) {
    throw new Error(`schedule "${text}" has ${parts.length} fields, not the six of NCRONTAB`);
  }
  const allowed = FIELDS.map((field, index) => parseField(padded[index] ?? '', field, text));
  const schedule: TimerSchedule = { nextAfter: (instantMs) => nextInZone(allowed, instantMs, timeZone) };
  if (nextMatch(allowed, Date.UTC(2000, 0, 1)) === null) throw new Error(`schedule "${text}" never occurs`);
  return schedule;
};

const parseField = (text: string, field: Field, schedule: string): ReadonlySet<number> => {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const range = parseItem(item.toLowerCase(), field);
    if (range === null) throw new Error(`schedule "${schedule}": "${item}" is no ${field.name}`);
    for (let value = range.first; value <= range.last; value += range.step) values.add(value);
  }
  return values;
};

const parseItem = (item: string, field: Field): { first: number; last: number; step: number } | null => {
  const [, from, to, every] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
  if (from === undefined || (from === '*' && to !== undefined)) return null;
  const step = every === undefined ? 1 : Number(every);
  const first = from === '*' ? field.min : parseValue(from, field);
  const isOpen = from === '*' || (to === undefined && every !== undefined);
  const last = isOpen ? field.max : parseValue(to ?? from, field);
  return first === null || last === null || last < first || step < 1 ? null : { first, last, step };
};

const parseValue = (text: string, { min, max, names }: Field): number | null => {
  const named = names?.findIndex((name) => text === name || text === name.slice(0, 3)) ?? -1;
  const value = named >= 0 ? min + named : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
};

type Allowed = readonly ReadonlySet<number>[];

/**
 * Goes by the clock on the wall, as Azure does: an hour skipped in spring is made up right after it, and of an hour repeated
 * in autumn only the first counts.
 */
const nextInZone = (allowed: Allowed, instantMs: number, timeZone: string): number | null => {
  let wallMs = toWallMs(instantMs, timeZone);
  for (;;) {
    const next = nextMatch(allowed, wallMs);
    if (next === null) return null;
    const atMs = toInstantMs(next, timeZone);
    if (atMs > instantMs) return atMs;
    wallMs = next;
  }
};

/** The first match after a time on the wall, both as if they were UTC. */
const nextMatch = (allowed: Allowed, afterMs: number): number | null => {
  const fromMs = Math.floor(afterMs / 1000) * 1000 + 1000;
  const firstDayMs = Math.floor(fromMs / DAY_MS) * DAY_MS;
  for (let day = 0; day <= SEARCH_DAYS; day += 1) {
    const dayMs = firstDayMs + day * DAY_MS;
    if (!isDayAllowed(allowed, new Date(dayMs))) continue;
    const timeMs = firstTimeMs(allowed, day === 0 ? fromMs - dayMs : 0);
    if (timeMs !== null) return dayMs + timeMs;
  }
  return null;
};

const isDayAllowed = ([, , , days, months, weekdays]: Allowed, date: Date): boolean =>
  days?.has(date.getUTCDate()) === true &&
  months?.has(date.getUTCMonth() + 1) === true &&
  weekdays?.has(date.getUTCDay()) === true;

/** The first time of day not before `fromMs`, in milliseconds since midnight. */
const firstTimeMs = ([seconds, minutes, hours]: Allowed, fromMs: number): number | null => {
  for (let hour = Math.floor(fromMs / 3_600_000); hour < 24; hour += 1) {
    if (hours?.has(hour) !== true) continue;
    for (let minute = 0; minute < 60; minute += 1) {
      if (minutes?.has(minute) !== true) continue;
      for (let second = 0; second < 60; second += 1) {
        const timeMs = ((hour * 60 + minute) * 60 + second) * 1000;
        if (seconds?.has(second) === true && timeMs >= fromMs) return timeMs;
      }
    }
  }
  return null;
};
