import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { CalendarRefusal } from './calendar-refusal';
import type { Zones } from './zones';

/** A date, or a time on a wall clock, as a property holds it. */
export interface Moment {
  readonly wall: Temporal.PlainDateTime;
  /** Null for whole days, which are of the zone that was asked for. */
  readonly zone: string;
  readonly isDay: boolean;
}

/**
 * RFC 5545 3.3.5: a time that the clock leaves out is taken by the offset before the gap, one that comes twice is its first. Unlike a
 * window that people open, an event says when it is by its own offset.
 */
export const instantOf = ({ wall, zone }: Moment): number =>
  wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;

/** The same moment on another zone's clock. */
export const wallIn = (moment: Moment, zone: string): Temporal.PlainDateTime =>
  moment.isDay
    ? moment.wall
    : Temporal.Instant.fromEpochMilliseconds(instantOf(moment)).toZonedDateTimeISO(zone).toPlainDateTime();

function momentOf(
  value: unknown,
  tzid: string | undefined,
  zones: Zones,
  localZone: string,
  name: string,
): Moment {
  if (!(value instanceof ICAL.Time))
    throw new CalendarRefusal(`${name} is no date or time: ${String(value)}`);
  const { year, month, day, hour, minute, second, isDate } = value;
  const isUtc = !isDate && value.zone === ICAL.Timezone.utcTimezone;
  try {
    // A leap second is the second before: Temporal knows none.
    const time = isDate ? {} : { hour, minute, second: Math.min(second, 59) };
    const wall = Temporal.PlainDateTime.from({ year, month, day, ...time }, { overflow: 'reject' });
    const zone = isDate || tzid === undefined ? localZone : zones.nameOf(tzid);
    return { wall, zone: isUtc ? 'UTC' : zone, isDay: isDate };
  } catch (error) {
    if (error instanceof CalendarRefusal) throw error;
    throw new CalendarRefusal(`${name} is no date or time: ${value.toString()}`);
  }
}

/** All values of all properties of that name. */
export const momentsOf = (event: ICAL.Component, name: string, zones: Zones, localZone: string): Moment[] =>
  event.getAllProperties(name).flatMap((property) =>
    property.getValues().map((value, index) => {
      // ical.js makes a day of the next month out of one that there is not.
      const written = (property.toJSON() as unknown[])[3 + index];
      if (value instanceof ICAL.Time && written !== value.toString())
        throw new CalendarRefusal(`${name.toUpperCase()} is no date or time: ${String(written)}`);
      const tzid: unknown = property.getParameter('tzid');
      const time: unknown = value instanceof ICAL.Period ? value.start : value;
      return momentOf(
        time,
        typeof tzid === 'string' ? tzid : undefined,
        zones,
        localZone,
        name.toUpperCase(),
      );
    }),
  );
