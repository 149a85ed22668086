import type { MaintenanceRule } from '../../contracts/planning/portfolio';
import { merge, type Interval } from './interval';
import { timeZone } from './time-zone';

/** Day 0, 1 January 1970, was a Thursday. */
const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;
const weekdayOf = (day: number) => WEEKDAYS[((day % 7) + 7) % 7] as (typeof WEEKDAYS)[number];

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function windowsOfRule(rule: MaintenanceRule, horizon: Interval): Interval[] | null {
  const zone = timeZone(rule.timeZone, horizon.start, horizon.end);
  if (!zone) return null;
  const days = new Set(rule.days);
  const opens = minutesOf(rule.from);
  const closes = minutesOf(rule.to);
  const overMidnight = closes <= opens ? 1 : 0;
  const windows: Interval[] = [];
  for (let day = zone.dayAt(horizon.start) - 1; day <= zone.dayAt(horizon.end); day += 1) {
    if (!days.has(weekdayOf(day))) continue;
    const start = Math.max(horizon.start, zone.instantAt(day, opens));
    const end = Math.min(horizon.end, zone.instantAt(day + overMidnight, closes));
    if (start < end) windows.push({ start, end });
  }
  return windows;
}

/**
 * When any of the rules is open within the horizon (R43). A window over the hour that daylight-saving time leaves out is shorter, one
 * over the hour that comes twice is longer. Names of zones that do not exist are told, and then there are no windows.
 */
export function maintenanceWindows(
  rules: readonly MaintenanceRule[],
  horizon: Interval,
): { readonly windows: readonly Interval[]; readonly unknownZones: readonly string[] } {
  const byRule = rules.map((rule) => ({ rule, windows: windowsOfRule(rule, horizon) }));
  const unknown = byRule.filter(({ windows }) => windows === null).map(({ rule }) => rule.timeZone);
  if (unknown.length > 0) return { windows: [], unknownZones: [...new Set(unknown)].sort() };
  return { windows: merge(byRule.flatMap(({ windows }) => windows ?? [])), unknownZones: [] };
}
