import { Temporal } from 'temporal-polyfill';

export const DAY_MS = 86_400_000;
/** Wall clocks are at most a day away from UTC, whatever the zone. */
const MARGIN_MS = 2 * DAY_MS;
const MAX_KEPT = 500;

/** Between two changes of its offset a zone is UTC plus `offsetMs`. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offsetMs: number;
}

/** An IANA time zone over a bounded time. Days are counted from 1970-01-01 by the zone's own calendar. */
export interface TimeZone {
  readonly name: string;
  /**
   * The first moment at which the zone's clock shows that time of that day, or a later one. Where a change of the clock leaves the
   * time out, that is the moment of the change; where the clock shows it twice, the first of both.
   */
  instantAt(day: number, minuteOfDay: number): number;
  /** The zone's day at an instant. */
  dayAt(instant: number): number;
  /** Minutes since midnight that the clock shows. */
  minuteAt(instant: number): number;
}

const known = new Map<string, readonly Stretch[]>();

const zonedAt = (name: string, instant: number): Temporal.ZonedDateTime | null => {
  // Offsets such as +02:00 are refused: they know no daylight-saving time, and whoever writes one rarely means that.
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name);
  } catch {
    return null;
  }
};

/** Whether there is an IANA zone of that name. Names of Windows zones and bare offsets are none. */
export const isTimeZone = (name: string): boolean => zonedAt(name, 0) !== null;

function stretchesOf(name: string, from: number, until: number): readonly Stretch[] | null {
  const stretches: Stretch[] = [];
  let now = zonedAt(name, from);
  if (!now) return null;
  let start = -Infinity;
  for (;;) {
    const next: Temporal.ZonedDateTime | null = now.getTimeZoneTransition('next');
    const offsetMs = Math.round(now.offsetNanoseconds / 1e6);
    const end = next === null || next.epochMilliseconds > until ? Infinity : next.epochMilliseconds;
    stretches.push({ from: start, until: end, offsetMs });
    if (next === null || end === Infinity) return stretches;
    start = end;
    now = next;
  }
}

function rememberedStretches(name: string, from: number, until: number): readonly Stretch[] | null {
  // Finding the changes of a zone is slow: by whole years, it is done once for all plans of a time.
  const first = new Date(from).getUTCFullYear();
  const last = new Date(until).getUTCFullYear();
  const key = `${name} ${first} ${last}`;
  const kept = known.get(key);
  if (kept) return kept;
  const stretches = stretchesOf(name, Date.UTC(first, 0), Date.UTC(last + 1, 0));
  if (!stretches) return null;
  if (known.size >= MAX_KEPT) known.clear();
  known.set(key, stretches);
  return stretches;
}

const instantOfWall = (stretches: readonly Stretch[], wall: number): number => {
  for (const { from, until, offsetMs } of stretches) {
    const instant = Math.max(from, wall - offsetMs);
    if (instant < until) return instant;
  }
  return Infinity;
};

/** The zone of that name, right for instants from `from` to `until`; null where there is no such zone. */
export function timeZone(name: string, from: number, until: number): TimeZone | null {
  const stretches = rememberedStretches(name, from - MARGIN_MS, until + MARGIN_MS);
  if (!stretches) return null;
  const wallAt = (instant: number): number => {
    const at = stretches.find((stretch) => instant < stretch.until) as Stretch;
    return instant + at.offsetMs;
  };
  return {
    name,
    instantAt: (day, minuteOfDay) => instantOfWall(stretches, day * DAY_MS + minuteOfDay * 60_000),
    dayAt: (instant) => Math.floor(wallAt(instant) / DAY_MS),
    minuteAt: (instant) => {
      const wall = wallAt(instant);
      return (wall - Math.floor(wall / DAY_MS) * DAY_MS) / 60_000;
    },
  };
}
