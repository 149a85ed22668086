import type { Interval } from '../../calendars/interval';
import type { TimeZone } from '../../calendars/time-zone';
import { roundedStart } from './dating-input';

const HALF_DAY_MINUTES = 12 * 60;

/** The day a wave counts for, which is the evening before for one that ends by noon: nights belong to the day they began on. */
export const countedDay = (zone: TimeZone, { start, end }: Interval): number => {
  const last = zone.dayAt(end) - (zone.minuteAt(end) <= HALF_DAY_MINUTES ? 1 : 0);
  return Math.max(zone.dayAt(start), last);
};

/** Where more waves run at once than there are teams. */
interface Clash {
  readonly day: number;
  readonly at: number;
}

/** Which days teams are taken, each from the day its wave begins until the next may begin (R41). */
export class TeamDays {
  private readonly taken = new Map<number, Interval[]>();
  /** By day: waves that count for the evening before and still run. Who begins while they do needs another team. */
  private readonly mornings = new Map<number, Interval[]>();

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
    for (const list of this.listsOf(wave)) list.push(wave);
  }

  remove(wave: Interval): void {
    for (const list of this.listsOf(wave)) {
      const at = list.findIndex(({ start, end }) => start === wave.start && end === wave.end);
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** The first start from `from` to `latest` at which a team is free for a wave of that length; null: there is none. */
  firstFree(from: number, latest: number, lengthMs: number): number | null {
    for (let start = from; start <= latest;) {
      const wave = { start, end: start + lengthMs };
      const lastFull = this.lastFullDay(this.zone.dayAt(start), this.nextDay(wave));
      const clash = lastFull === null ? this.clashOf(wave, this.teams) : null;
      if (lastFull !== null) start = this.zone.instantAt(lastFull + 1, 0);
      else if (clash !== null) start = this.afterClash(wave, clash);
      else return start;
    }
    return null;
  }

  /** Whether a wave that was added takes a team that there is not. */
  isOverbooked(wave: Interval): boolean {
    const next = this.nextDay(wave);
    for (let day = this.zone.dayAt(wave.start); day < next; day += 1) {
      if (listAt(this.taken, day).length > this.teams) return true;
    }
    return this.clashOf(wave, this.teams + 1) !== null;
  }

  private lastFullDay(first: number, next: number): number | null {
    for (let day = next - 1; day >= first; day -= 1) {
      if (listAt(this.taken, day).length >= this.teams) return day;
    }
    return null;
  }

  /** The first moment of the wave at which so many others begin or run on. */
  private clashOf(wave: Interval, others: number): Clash | null {
    const [first, last] = [this.zone.dayAt(wave.start), this.zone.dayAt(wave.end)];
    for (let day = first; day <= last; day += 1) {
      const running = listAt(this.mornings, day).filter(({ end }) => end > wave.start);
      // Without any, as many as the day counts: its list has room.
      if (running.length === 0 && day < this.nextDay(wave)) continue;
      const begun = listAt(this.taken, day);
      const starts = begun.map(({ start }) => start).filter((at) => at > wave.start && at < wave.end);
      for (const at of day === first ? [wave.start, ...starts] : starts) {
        const busy = begun.filter(({ start }) => start <= at).length;
        if (busy + running.filter(({ end }) => end > at).length >= others) return { day, at };
      }
    }
    return null;
  }

  /** When it may be tried again: when one of those that run on ends, or, where it runs on itself, on another day. */
  private afterClash(wave: Interval, { day, at }: Clash): number {
    const first = this.zone.dayAt(wave.start);
    const ends = listAt(this.mornings, day).flatMap(({ end }) => (end > at ? [end] : []));
    const nextDay = this.zone.instantAt(first + 1, 0);
    return day === first ? Math.min(nextDay, roundedStart(Math.min(...ends))) : nextDay;
  }

  private listsOf(wave: Interval): Interval[][] {
    const next = this.nextDay(wave);
    const lists: Interval[][] = [];
    for (let day = this.zone.dayAt(wave.start); day < next; day += 1) lists.push(kept(this.taken, day));
    if (wave.end > this.zone.instantAt(next, 0)) lists.push(kept(this.mornings, next));
    return lists;
  }
}

const NONE: readonly Interval[] = [];
const listAt = (lists: ReadonlyMap<number, readonly Interval[]>, day: number): readonly Interval[] =>
  lists.get(day) ?? NONE;

function kept(lists: Map<number, Interval[]>, day: number): Interval[] {
  const list = lists.get(day) ?? [];
  lists.set(day, list);
  return list;
}
