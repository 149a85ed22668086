import type { MinuteRange } from '../../../contracts/planning/classification';

/** Of a standard normal, nine in ten stay below. */
const NINE_IN_TEN = 1.281_551_565_544_600_4;
/** A forecast that might take no time at all: then one in ten takes less than this share of `likely`. */
const LEAST_SHARE = 0.01;

/**
 * The duration that a standard normal stands for: log-normal on either side of its median `likely`, so that one in ten stays below
 * `low`, half below `likely` and nine in ten below `high`. In whole minutes, as plans count them.
 */
export function drawnMinutes({ low, likely, high }: MinuteRange, normal: number): number {
  if (likely === 0) return 0;
  const least = Math.min(likely, Math.max(low, likely * LEAST_SHARE));
  const ratio = normal < 0 ? likely / least : Math.max(1, high / likely);
  return Math.ceil(likely * ratio ** (normal / NINE_IN_TEN));
}
