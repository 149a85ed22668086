import type { PlanProblem } from '../../../contracts/planning/plan';
import { describeDates } from './describe-dates';
import type { Dating, DatingInput } from './dating-input';
import { candidates, placeWaves, type Placed, type Unplaced } from './place-waves';
import { Timetable } from './timetable';
import { undatedProblems } from './undated-problems';

/**
 * Dates for every wave and every workload (R39), each wave as early as those before it in the list leave room, inside what is
 * approved for all its workloads and outside what the calendar keeps free (R40 R43 R44). README.md tells the rules.
 */
export function dateWaves(input: DatingInput): Dating {
  const timetable = new Timetable(input.settings);
  const placements = placeWaves(candidates(input, timetable), timetable);
  const inGivenOrder = input.waves.map(({ number }) => placements.get(number));
  const placed = inGivenOrder.flatMap((each): Placed[] => (each && 'placed' in each ? [each.placed] : []));
  const unplaced = inGivenOrder.flatMap((each): Unplaced[] =>
    each && 'unplaced' in each ? [each.unplaced] : [],
  );
  const described = new Map(
    placed.map((each) => [
      each.wave.number,
      describeDates(each, timetable, input.settings.calendar.timeZone),
    ]),
  );
  const problems: PlanProblem[] = [...undatedProblems(unplaced, timetable)];
  return { dates: input.waves.map(({ number }) => described.get(number) ?? null), problems };
}
