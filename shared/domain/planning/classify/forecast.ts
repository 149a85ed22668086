import type { Method, MinuteRange } from '../../../contracts/planning/classification';
import type { DataPath, PlanSettings } from '../../../contracts/planning/settings';

/** Megabits in a gigabyte of data. */
const MEGABITS_PER_GB = 8_000;

/** What of a line's rate a transfer gets: at best, as a rule, at worst. A measured line surprises less. */
const USABLE = {
  measured: { low: 0.9, likely: 0.8, high: 0.6 },
  promised: { low: 0.9, likely: 0.7, high: 0.4 },
} as const;

/** What a device copies on and off at, in Mbit/s: its network port, not the post. */
const DEVICE_MEGABITS = 4_000;

const range = (of: (part: keyof MinuteRange) => number): MinuteRange => ({
  low: round(of('low')),
  likely: round(of('likely')),
  high: round(of('high')),
});
const round = (minutes: number): number => Math.round(minutes * 100) / 100;

/** How long so much takes over a line; null where its rate is unknown. A device takes its lead time, and is filled and emptied. */
export function transferMinutes(gigabytes: number, path: DataPath): MinuteRange | null {
  if (path.kind === 'data-box') {
    const copying = (2 * gigabytes * MEGABITS_PER_GB) / DEVICE_MEGABITS / 60;
    const shipping = path.leadTimeDays * 1_440;
    return range((part) => shipping + copying / USABLE.promised[part]);
  }
  const { megabitsPerSecond, isMeasured } = path;
  if (megabitsPerSecond === null) return null;
  const usable = isMeasured ? USABLE.measured : USABLE.promised;
  const overhead = 1 + (path.roundTripMs ?? 0) / 1_000;
  return range((part) => (overhead * gigabytes * MEGABITS_PER_GB) / (megabitsPerSecond * usable[part]) / 60);
}

export const times = (minutes: MinuteRange, factor: number): MinuteRange =>
  range((part) => minutes[part] * factor);
export const plus = (a: MinuteRange, b: MinuteRange): MinuteRange => range((part) => a[part] + b[part]);

/** How much longer or shorter things took than was forecast, and what that rests on. */
export interface Calibration {
  /** The median of what was learned (R38); 1 where nothing was. */
  readonly factor: number;
  readonly lessons: number;
}

/** Beyond these it was something else that went wrong. */
export const LEAST_FACTOR = 0.1;
export const MOST_FACTOR = 10;

/** The newest count. */
const COUNTED = 200;

type Known = Pick<PlanSettings, 'lessons' | 'learned'>;

/** What transfers took; outages of one method say nothing of another's, but for those that people state without one. */
export function calibration(settings: Known, what: 'transfer' | 'downtime', method?: Method): Calibration {
  const learned = (settings.learned ?? []).filter((each) => method === undefined || each.method === method);
  const all = [
    ...settings.lessons.filter((lesson) => lesson.what === what),
    ...learned.flatMap((lesson) => lesson[what] ?? []),
  ];
  const ratios = all
    .slice(-COUNTED)
    .map(({ forecastMinutes, actualMinutes }) => actualMinutes / forecastMinutes)
    .sort((a, b) => a - b);
  const middle = ratios.length >> 1;
  const upper = ratios[middle];
  if (upper === undefined) return { factor: 1, lessons: 0 };
  const median = ratios.length % 2 === 1 ? upper : (upper + (ratios[middle - 1] ?? upper)) / 2;
  const factor = Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, Math.round(median * 1_000) / 1_000));
  return { factor, lessons: ratios.length };
}
