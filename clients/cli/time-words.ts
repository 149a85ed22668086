const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `1 h 30 min`. */
export function duration(ms: number): string {
  const words: string[] = [];
  let rest = Math.round(ms);
  for (const [unit, size] of UNITS) {
    if (rest >= size) words.push(`${Math.floor(rest / size)} ${unit}`);
    rest %= size;
  }
  return words.join(' ') || '0 s';
}

const short = (instant: string): string => instant.replace('.000Z', 'Z');

/** A period by the clock on the wall of a zone, then in UTC; in UTC alone where there is no such zone. */
export function period({ start, end }: Record<'start' | 'end', string>, timeZone: string): string[] {
  const took = duration(Date.parse(end) - Date.parse(start));
  const wall = wallClock(timeZone);
  const zoned =
    wall === null ? `${timeZone} is no time zone` : `${wall(start)} – ${wall(end)}, ${timeZone}, ${took}`;
  return [zoned, `${short(start)} – ${short(end)}, UTC`];
}

/** An instant likewise. */
export function moment(instant: string, timeZone: string): string {
  const wall = wallClock(timeZone);
  return wall === null ? short(instant) : `${wall(instant)} (${short(instant)})`;
}

function wallClock(timeZone: string): ((instant: string) => string) | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...{ weekday: 'short', day: '2-digit', month: 'short', year: 'numeric', timeZone },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'shortOffset' },
    });
    return (instant) => format.format(new Date(instant)).replace(/(:\d\d):00\b/, '$1');
  } catch {
    return null;
  }
}
