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

/** Another date that a wave could have. */
export interface Offer {
  readonly window: Interval;
  readonly costs: readonly string[];
  /** Numbers of waves that would have to move, too. */
  readonly moved: readonly number[];
  /** How much later the plan would end; 0: no later. */
  readonly delayMs: number;
}

/** Other dates that a wave could have, earlier ones first: the others stay where they are, unless it says so. */
export function offersOf(placed: Placed, plan: WholePlan): Offer[] {
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

function earlier(placed: Placed, plan: WholePlan): Offer[] {
  const { start, wait, parts, open, how, found } = placed;
  const { timetable } = plan;
  const offers: Offer[] = [];
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

function later(placed: Placed, plan: WholePlan): Offer[] {
  const { timetable } = plan;
  const { parts, open } = placed;
  const legal = open.map((times) => times.legal);
  const offers: Offer[] = [];
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

function offer(placed: Placed, window: Interval, costs: readonly string[], plan: WholePlan): Offer {
  const time = plannedTime(window.start, placed.parts);
  const readyAfter = plan.timetable.readyAfter(time);
  const moved: number[] = [];
  for (const { start, wave } of plan.followersOf(placed.wave.number))
    if (start < readyAfter) moved.push(wave.number);
  return { window, costs, moved, delayMs: Math.max(0, time.end - plan.finish) };
}

/** An offer as the plan tells it, with what it costs or wins (R48). */
export function tellOffer(
  { window, costs, moved, delayMs }: Offer,
  { start }: Placed,
  timeZone: string,
): AlternativeDate {
  const shift = window.start - start;
  const tradeOffs = [
    `${daysInWords(shift)} ${shift < 0 ? 'earlier' : 'later'}`,
    ...costs,
    ...(moved.length > 0
      ? [`wave${moved.length === 1 ? '' : 's'} ${listed(moved)} would have to move, too`]
      : []),
    ...(delayMs > 0 ? [`the plan ends ${daysInWords(delayMs)} later`] : []),
  ];
  return {
    window: { start: instant(window.start), end: instant(window.end), timeZone },
    tradeOffs: tradeOffs.map((text) => text.slice(0, 300)),
  };
}
