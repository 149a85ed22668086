import type { AlternativeDate } from '../../../contracts/planning/plan';
import type { Interval } from '../../calendars/interval';
import { DAY_MS } from '../../calendars/time-zone';
import { instant } from './dating-input';
import { listed } from './dating-problem';
import type { Placed } from './place-waves';
import { plannedTime, type Timetable } from './timetable';

/** How many later windows are offered. */
const LATER = 2;

export interface WholePlan {
  readonly timetable: Timetable;
  readonly timeZone: string;
  /** The waves that come after this one. */
  followersOf(wave: number): readonly Placed[];
  /** When its last wave has ended. */
  readonly finish: number;
}

/** Other dates that a wave could have, with what each costs or wins (R48): the others stay where they are, unless it says so. */
export function alternativesOf(placed: Placed, plan: WholePlan): AlternativeDate[] {
  const { timetable } = plan;
  const own = plannedTime(placed.start, placed.parts);
  timetable.teams.remove(own);
  const offers = [...earlier(placed, plan), ...later(placed, plan)];
  timetable.teams.add(own);
  return offers;
}

const daysInWords = (ms: number): string => {
  const days = Math.max(1, Math.round(Math.abs(ms) / DAY_MS));
  return `${days} day${days === 1 ? '' : 's'}`;
};

function earlier(placed: Placed, plan: WholePlan): AlternativeDate[] {
  const { start, wait, parts, open, how, found } = placed;
  const { timetable } = plan;
  const offers: AlternativeDate[] = [];
  const legal = open.map((times) => times.legal);
  if (how !== 'found' && found && found.start < start) {
    const why = 'the agreed date changes, which needs approval (R46)';
    offers.push(offer(placed, timetable.windowAt(legal, found.start, parts.neededMs), [why], plan));
  }
  const atEdges = open.map((times) => times.legalAtMonthEdges);
  const atEdge = timetable.firstStart(atEdges, wait.until, parts.neededMs);
  if (atEdge && atEdge.start < Math.min(start, found?.start ?? start)) {
    const window = timetable.windowAt(atEdges, atEdge.start, parts.neededMs);
    const edge = timetable.legal.closed.find(
      (time) => time.kind === 'month-edge' && time.start < window.end && time.end > window.start,
    );
    const why = `not free of month ends: ${edge?.reason ?? 'at the edge of a month'} (R40)`;
    offers.push(offer(placed, window, [why], plan));
  }
  return offers;
}

function later(placed: Placed, plan: WholePlan): AlternativeDate[] {
  const { timetable } = plan;
  const { parts, open } = placed;
  const legal = open.map((times) => times.legal);
  const offers: AlternativeDate[] = [];
  let window: Interval = placed.window;
  while (offers.length < LATER) {
    const nextDay = timetable.zone.instantAt(timetable.zone.dayAt(window.start) + 1, 0);
    const from = Math.max(window.end, nextDay, placed.wait.until);
    const next = timetable.firstStart(legal, from, parts.neededMs);
    if (!next) break;
    window = timetable.windowAt(legal, next.start, parts.neededMs);
    offers.push(offer(placed, window, [], plan));
  }
  return offers;
}

function offer(placed: Placed, window: Interval, costs: readonly string[], plan: WholePlan): AlternativeDate {
  const { timetable, finish, timeZone } = plan;
  const shift = window.start - placed.start;
  const time = plannedTime(window.start, placed.parts);
  const moved = plan
    .followersOf(placed.wave.number)
    .filter((other) => other.start < timetable.readyAfter(time))
    .map(({ wave }) => wave.number);
  const tradeOffs = [
    `${daysInWords(shift)} ${shift < 0 ? 'earlier' : 'later'}`,
    ...costs,
    ...(moved.length > 0
      ? [`wave${moved.length === 1 ? '' : 's'} ${listed(moved)} would have to move, too`]
      : []),
    ...(time.end > finish ? [`the plan ends ${daysInWords(time.end - finish)} later`] : []),
  ];
  return {
    window: { start: instant(window.start), end: instant(window.end), timeZone },
    tradeOffs: tradeOffs.map((text) => text.slice(0, 300)),
  };
}
