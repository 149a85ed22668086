import type { PlanSettings } from '../../../contracts/planning/settings';
import { common, firstEndingAfter, type Interval } from '../../calendars/interval';
import { DAY_MS, timeZone, type TimeZone } from '../../calendars/time-zone';
import { HORIZON_DAYS, PREPARATION_MS, roundedStart } from './dating-input';
import { LegalTimes } from './legal-times';
import { Lines } from './lines';
import { TeamDays } from './team-days';
import type { WaveParts } from './wave-parts';

const MAX_WINDOW_MS = DAY_MS;

export interface FoundStart {
  readonly start: number;
  /** The start it would have had, had a team been free. */
  readonly withoutTeams: number;
}

/** What is booked so far, and when the next wave can begin. */
export class Timetable {
  readonly horizon: Interval;
  readonly zone: TimeZone;
  readonly legal: LegalTimes;
  readonly teams: TeamDays;
  /** When data of the first wave may begin to travel. */
  readonly firstTransfer: number;
  /** Of waves that have their turn behind them. */
  readonly lines: Lines;

  /** `zone` is that of the settings' calendar, or UTC where there is none of that name. */
  constructor(settings: PlanSettings) {
    const start = Date.parse(settings.earliestStart);
    this.horizon = { start, end: start + HORIZON_DAYS * DAY_MS };
    const { calendar, capacity, daysBetweenWaves } = settings;
    const zoneNamed = (name: string) => timeZone(name, this.horizon.start, this.horizon.end);
    this.zone = zoneNamed(calendar.timeZone) ?? (zoneNamed('UTC') as TimeZone);
    this.legal = new LegalTimes(calendar, this.zone, this.horizon);
    this.teams = new TeamDays(this.zone, capacity.teams, daysBetweenWaves);
    this.firstTransfer = start + PREPARATION_MS;
    this.lines = new Lines(this.firstTransfer);
  }

  /** When the next wave after this one may begin: on a later day, after the buffer between waves (R41). */
  readyAfter(wave: Interval): number {
    return Math.max(wave.end, this.zone.instantAt(this.teams.nextDay(wave), 0));
  }

  /** The first start from `ready` on inside what is open to all and with a team free; null: none within the horizon. */
  firstStart(open: readonly (readonly Interval[])[], ready: number, neededMs: number): FoundStart | null {
    let withoutTeams: number | null = null;
    const from = roundedStart(ready);
    for (const slot of common(open, from)) {
      const latest = slot.end - neededMs;
      if (slot.start > latest) continue;
      withoutTeams ??= slot.start;
      const start = this.teams.firstFree(slot.start, latest, neededMs);
      if (start !== null) return { start, withoutTeams };
    }
    return null;
  }

  /** Whether a wave may begin exactly then. */
  canStart(open: readonly (readonly Interval[])[], ready: number, neededMs: number, start: number): boolean {
    if (start < ready) return false;
    const slot = slotAt(open, start);
    if (!slot || slot.end - start < neededMs) return false;
    return this.teams.firstFree(start, start, neededMs) === start;
  }

  /** The window from there to the end of what is open, at most a day, never less than what is needed. */
  windowAt(open: readonly (readonly Interval[])[], start: number, neededMs: number): Interval {
    const end = slotAt(open, start)?.end ?? start + neededMs;
    return { start, end: Math.max(start + neededMs, Math.min(end, start + MAX_WINDOW_MS)) };
  }
}

/** The part of what is open to all that begins exactly there. */
function slotAt(open: readonly (readonly Interval[])[], start: number): Interval | null {
  let end = Infinity;
  for (const list of open) {
    const interval = list[firstEndingAfter(list, start)];
    if (!interval || interval.start > start) return null;
    end = Math.min(end, interval.end);
  }
  return end === Infinity ? null : { start, end };
}

/** What a wave takes of teams and calendar, from its first cutover to the end of its contingency. */
export const plannedTime = (start: number, { neededMs }: WaveParts): Interval => ({
  start,
  end: start + neededMs,
});
