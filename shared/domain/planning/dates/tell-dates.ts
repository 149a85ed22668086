import type { WaveDates } from '../../../contracts/planning/plan';
import { sameJson } from '../../same-json';
import { alternativesOf, type WholePlan } from './alternatives';
import { describeDates } from './describe-dates';
import type { Placed } from './place-waves';
import type { WaveParts } from './wave-parts';

/** What was told of a wave last, as long as its parts are in memory: they are the same for the same workloads and settings. */
const told = new WeakMap<WaveParts, { readonly placed: Placed; readonly dates: WaveDates }>();

/** Everything a reader is told of when a wave runs. What was told before and still holds stays the same value. */
export function tellDates(placed: Placed, plan: WholePlan): WaveDates {
  const before = told.get(placed.parts);
  const described =
    before && sameJson(placeOf(before.placed), placeOf(placed))
      ? before.dates
      : describeDates(placed, plan.timetable, plan.timeZone);
  // They follow from where all others are.
  const alternatives = alternativesOf(placed, plan);
  const dates = sameJson(described.alternatives, alternatives) ? described : { ...described, alternatives };
  told.set(placed.parts, { placed, dates });
  return dates;
}

/** What tells it from other places that the same wave could have. */
const placeOf = ({ start, window, transfers, wait, how, found, edit }: Placed) =>
  [start, window, transfers, wait, how, found, edit] as const;
