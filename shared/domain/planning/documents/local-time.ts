import { isTimeZone } from '../../calendars/time-zone';

/** An instant as people in a zone say it, with its offset: `Sat 2027-03-27 20:00 UTC+1`; in UTC where there is no such zone. */
export function localTime(instant: string, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const day = `${parts.get('weekday')} ${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  // Versions of the time zone data write GMT or GMT+0.
  const offset = parts
    .get('timeZoneName')
    ?.replace(/^GMT(?:\+0)?$/, 'UTC')
    .replace('GMT', 'UTC');
  return `${day} ${parts.get('hour')}:${parts.get('minute')} ${offset}`;
}

export const timeRange = (
  range: { readonly start: string; readonly end: string },
  timeZone: string,
): string => `${localTime(range.start, timeZone)} to ${localTime(range.end, timeZone)}`;

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });
