import type { ScheduledRates, TransferLimits } from '../contracts/transfer';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

export interface LimitsInForce {
  readonly limits: TransferLimits;
  /** Which rates hold, in words; null where none do. */
  readonly inWords: string | null;
}

/**
 * The limits at an instant: those of the first hours of the schedule that it falls into by the source's own clock, otherwise the
 * general ones (R131). An hour that a clock change repeats counts both times, one that it skips never comes.
 */
export function limitsInForce(limits: TransferLimits, now: Date): LimitsInForce {
  const rule = limits.schedule?.find((each) => holds(each, now));
  const { bytesPerSecond, requestsPerSecond } = rule ?? limits;
  const rates = ratesInWords({ bytesPerSecond, requestsPerSecond });
  const effective = { ...limits, bytesPerSecond, requestsPerSecond };
  if (rule === undefined) return { limits: effective, inWords: rates };
  const { days, from, to, timeZone } = rule;
  return {
    limits: effective,
    inWords: `${days.join(' ')} ${from}-${to} ${timeZone}: ${rates ?? 'unlimited'}`,
  };
}

function holds({ days, from, to, timeZone }: ScheduledRates, now: Date): boolean {
  const { day, time } = onTheWall(now, timeZone);
  const isOn = (each: Day): boolean => days.includes(each);
  // Times of day as HH:MM stand in the order of time.
  if (from < to) return isOn(day) && time >= from && time < to;
  return (isOn(day) && time >= from) || (isOn(dayBefore(day)) && time < to);
}

function onTheWall(now: Date, timeZone: string): { day: Day; time: string } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = DAYS.find((each) => each === parts.get('weekday')?.toLowerCase()) ?? 'mon';
  return { day, time: `${parts.get('hour')}:${parts.get('minute')}` };
}

const dayBefore = (day: Day): Day => DAYS[(DAYS.indexOf(day) + 6) % 7] ?? day;

/** Null where there is no limit. */
export function ratesInWords(rates: {
  readonly bytesPerSecond: number | null;
  readonly requestsPerSecond?: number | null;
}): string | null {
  const { bytesPerSecond, requestsPerSecond = null } = rates;
  const words = [
    ...(bytesPerSecond === null ? [] : [`${bytesPerSecond} bytes/s`]),
    ...(requestsPerSecond === null ? [] : [`${requestsPerSecond} requests/s`]),
  ];
  return words.length === 0 ? null : words.join(', ');
}
