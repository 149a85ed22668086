import type { Interval } from '../../calendars/interval';
import type { TimeZone } from '../../calendars/time-zone';

const HALF_DAY_MINUTES = 12 * 60;

/** The day a wave counts for, which is the evening before for one that ends by noon: nights belong to the day they began on. */
export const countedDay = (zone: TimeZone, { start, end }: Interval): number => {
  const last = zone.dayAt(end) - (zone.minuteAt(end) <= HALF_DAY_MINUTES ? 1 : 0);
  return Math.max(zone.dayAt(start), last);
};

/** Which days teams are taken, each from the day its wave begins until the next may begin (R41). */
export class TeamDays {
  private readonly taken = new Map<number, number>();

  constructor(
    private readonly zone: TimeZone,
    private readonly teams: number,
    private readonly daysBetween: number,
  ) {}

  /** The first day that the next wave of the team may begin on. At least a day later: a team runs one wave a day. */
  nextDay(wave: Interval): number {
    const day = countedDay(this.zone, wave);
    return Math.max(day + this.daysBetween, day + 1);
  }

  add(wave: Interval): void {
    this.count(wave, 1);
  }

  remove(wave: Interval): void {
    this.count(wave, -1);
  }

  /** The first start from `from` to `latest` at which a team is free for a wave of that length; null: there is none. */
  firstFree(from: number, latest: number, lengthMs: number): number | null {
    for (let start = from; start <= latest;) {
      const lastFull = this.lastFullDay({ start, end: start + lengthMs });
      if (lastFull === null) return start;
      start = this.zone.instantAt(lastFull + 1, 0);
    }
    return null;
  }

  /** Whether a wave that was added takes a team that there is not. */
  isOverbooked(wave: Interval): boolean {
    for (let day = this.zone.dayAt(wave.start); day < this.nextDay(wave); day += 1) {
      if ((this.taken.get(day) ?? 0) > this.teams) return true;
    }
    return false;
  }

  private lastFullDay(wave: Interval): number | null {
    for (let day = this.nextDay(wave) - 1; day >= this.zone.dayAt(wave.start); day -= 1) {
      if ((this.taken.get(day) ?? 0) >= this.teams) return day;
    }
    return null;
  }

  private count(wave: Interval, change: number): void {
    for (let day = this.zone.dayAt(wave.start); day < this.nextDay(wave); day += 1) {
      this.taken.set(day, (this.taken.get(day) ?? 0) + change);
    }
  }
}
