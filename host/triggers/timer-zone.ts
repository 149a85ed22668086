const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
};

/** Whether this Node knows the IANA time zone. */
export const isTimeZone = (timeZone: string): boolean => {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
};

/** What the clock on the wall shows at the instant, as the milliseconds since 1970 at which a clock in UTC shows the same. */
export const toWallMs = (instantMs: number, timeZone: string): number => {
  if (timeZone === 'UTC') return instantMs;
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const wholeSecondMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return wholeSecondMs + (((instantMs % 1000) + 1000) % 1000);
};

/**
 * The instant at which the wall shows that time: the first of two where the clock was set back, and where it was set forward
 * over that time, the instant it would have been.
 */
export const toInstantMs = (wallMs: number, timeZone: string): number => {
  if (timeZone === 'UTC') return wallMs;
  const before = wallMs - offsetMs(wallMs - DAY_MS, timeZone);
  const after = wallMs - offsetMs(wallMs + DAY_MS, timeZone);
  const showing = [before, after].filter((instantMs) => toWallMs(instantMs, timeZone) === wallMs);
  return showing.length === 0 ? before : Math.min(...showing);
};

const offsetMs = (instantMs: number, timeZone: string): number => toWallMs(instantMs, timeZone) - instantMs;
