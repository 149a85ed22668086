import type { WaveDates } from '../../../contracts/planning/plan';
import type { Interval } from '../../calendars/interval';
import { sameJson } from '../../same-json';
import { offersOf, tellOffer, type Offer, type WholePlan } from './alternatives';
import { describeDates } from './describe-dates';
import type { Placed } from './place-waves';
import type { WaveParts } from './wave-parts';

interface Told {
  readonly placed: Placed;
  readonly offers: readonly Offer[];
  readonly dates: WaveDates;
}

/** What was told of a wave last, as long as its parts are in memory: they are the same for the same workloads and settings. */
const told = new WeakMap<WaveParts, Told>();

/** Everything a reader is told of when a wave runs. What was told before and still holds stays the same value. */
export function tellDates(placed: Placed, plan: WholePlan): WaveDates {
  const before = told.get(placed.parts);
  const isThere = before !== undefined && isSamePlace(before.placed, placed);
  // They follow from where all others are.
  const offers = offersOf(placed, plan);
  if (isThere && areSame(before.offers, offers, isSameOffer)) return before.dates;
  const { timetable, timeZone } = plan;
  const described = isThere ? before.dates : describeDates(placed, timetable, timeZone);
  const dates = { ...described, alternatives: offers.map((each) => tellOffer(each, placed, timeZone)) };
  told.set(placed.parts, { placed, offers, dates });
  return dates;
}

/** Whether a wave of the same parts lies where it lay, for the same reasons. */
const isSamePlace = (one: Placed, other: Placed): boolean =>
  one.start === other.start &&
  isSameTime(one.window, other.window) &&
  areSame(one.transfers, other.transfers, isSameTime) &&
  one.wait.until === other.wait.until &&
  one.wait.cause === other.wait.cause &&
  one.wait.which === other.wait.which &&
  one.how === other.how &&
  one.found?.start === other.found?.start &&
  one.found?.withoutTeams === other.found?.withoutTeams &&
  sameJson(one.edit, other.edit);

const isSameOffer = (one: Offer, other: Offer): boolean =>
  isSameTime(one.window, other.window) &&
  one.delayMs === other.delayMs &&
  areSame(one.moved, other.moved, Object.is) &&
  areSame(one.costs, other.costs, Object.is);

const isSameTime = (one: Interval, other: Interval): boolean =>
  one.start === other.start && one.end === other.end;

const areSame = <T>(some: readonly T[], others: readonly T[], isSame: (a: T, b: T) => boolean): boolean =>
  some.length === others.length && some.every((each, at) => isSame(each, others[at] as T));
