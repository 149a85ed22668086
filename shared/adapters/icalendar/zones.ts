import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { findIana } from 'windows-iana';
import { DAY_MS, isTimeZone, timeZone, type TimeZone } from '../../domain/calendars/time-zone';
import { CalendarRefusal } from './calendar-refusal';

const HOUR_MS = 3_600_000;

/** Whether a clock of the zone that shows this has that offset; times that it leaves out or shows twice say nothing. */
function isOffsetAt(zone: TimeZone, wall: number, offset: number): boolean {
  const wallAt = (instant: number): number => zone.dayAt(instant) * DAY_MS + zone.minuteAt(instant) * 60_000;
  const day = Math.floor(wall / DAY_MS);
  const instant = zone.instantAt(day, (wall - day * DAY_MS) / 60_000);
  if (wall - instant === offset || wallAt(instant) !== wall) return true;
  return wallAt(wall - offset) === wall;
}

/** Finds the IANA zones of a calendar's TZIDs. Definitions inside the file are believed only where a real zone has the same rules. */
export class Zones {
  private readonly known = new Map<string, string | null>();

  constructor(
    private readonly definitions: ReadonlyMap<string, ICAL.Component>,
    private readonly from: number,
    private readonly until: number,
  ) {}

  /** By its IANA name, that of Windows, or its definition in the file. Throws a `CalendarRefusal` for any other. */
  nameOf(tzid: string): string {
    const known = this.known.get(tzid);
    const name = known === undefined ? this.find(tzid) : known;
    this.known.set(tzid, name);
    if (name !== null) return name;
    const why = this.definitions.has(tzid) ? 'is defined in the file like no IANA zone' : 'is unknown';
    throw new CalendarRefusal(
      `the time zone "${tzid}" ${why}: use an IANA name such as Europe/Berlin, or one of Windows such as W. Europe Standard Time`,
    );
  }

  private find(tzid: string): string | null {
    // Some programs put their own path before the name.
    const path = tzid.startsWith('/') ? tzid.split('/') : [];
    const inPath = path.map((_, index) => path.slice(index).join('/')).find((name) => isTimeZone(name));
    if (isTimeZone(tzid)) return tzid;
    return inPath ?? findIana(tzid)[0] ?? this.likeDefinition(tzid);
  }

  private likeDefinition(tzid: string): string | null {
    const definition = this.definitions.get(tzid);
    if (!definition) return null;
    const zone = new ICAL.Timezone(definition);
    // By the clock, not by UTC: going the other way, ical.js is hours off around a change.
    const offsetAt = (wall: number): number => {
      const time = ICAL.Time.fromJSDate(new Date(wall), true);
      return zone.utcOffset(time) * 1_000;
    };
    const walls: number[] = [];
    for (let at = this.from; at < this.until; at += HOUR_MS) walls.push(at);
    const offsets = walls.map(offsetAt);
    const isAlike = (name: string): boolean => {
      const real = timeZone(name, this.from, this.until);
      return real !== null && walls.every((wall, index) => isOffsetAt(real, wall, offsets[index] as number));
    };
    return this.roughlyAlike(offsetAt).find(isAlike) ?? null;
  }

  /** Zones with the same offset in some months: the few that are worth comparing by the hour. */
  private roughlyAlike(offsetAt: (instant: number) => number): string[] {
    const probes = [0, 0.25, 0.5, 0.75].map(
      (share) => this.from + Math.min(365 * DAY_MS, this.until - this.from) * share,
    );
    return Intl.supportedValuesOf('timeZone').filter((name) =>
      probes.every((at) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(name);
        return zoned.offsetNanoseconds / 1e6 === offsetAt(Math.floor(at));
      }),
    );
  }
}
