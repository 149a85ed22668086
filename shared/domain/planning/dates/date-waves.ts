import type { PlanProblem } from '../../../contracts/planning/plan';
import { isTimeZone } from '../../calendars/time-zone';
import type { WholePlan } from './alternatives';
import { datingProblem } from './dating-problem';
import type { Dating, DatingInput } from './dating-input';
import { editedProblems } from './edited-problems';
import { candidates } from './candidates';
import { placeWaves, type Placed, type Unplaced } from './place-waves';
import { tellDates } from './tell-dates';
import { plannedTime, Timetable } from './timetable';
import { undatedProblems } from './undated-problems';

/**
 * Dates for every wave and every workload (R39), each wave as early as those before it in the list leave room, inside what is
 * approved for all its workloads and outside what the calendar keeps free (R40 R43 R44). README.md tells the rules.
 */
export function dateWaves(input: DatingInput): Dating {
  const { settings, edits, waves } = input;
  const timetable = new Timetable(settings);
  const placements = placeWaves(candidates(input, timetable), timetable);
  const inGivenOrder = waves.map(({ number }) => placements.get(number));
  const placed = inGivenOrder.flatMap((each): Placed[] => (each && 'placed' in each ? [each.placed] : []));
  const unplaced = inGivenOrder.flatMap((each): Unplaced[] =>
    each && 'unplaced' in each ? [each.unplaced] : [],
  );
  const byNumber = new Map(placed.map((each) => [each.wave.number, each]));
  const plannedOf = (wave: number) => {
    const other = byNumber.get(wave);
    return other ? plannedTime(other.start, other.parts) : null;
  };
  const plan = wholePlan(placed, timetable, settings.calendar.timeZone);
  const dates = new Map(placed.map((each) => [each.wave.number, tellDates(each, plan)]));
  return {
    dates: waves.map(({ number }) => dates.get(number) ?? null),
    problems: [
      ...unknownZone(settings.calendar.timeZone),
      ...placed.flatMap((each) => editedProblems(each, edits, timetable, plannedOf)),
      ...undatedProblems(unplaced, settings, timetable),
    ],
  };
}

function wholePlan(placed: readonly Placed[], timetable: Timetable, timeZone: string): WholePlan {
  const followers = new Map<number, Placed[]>();
  for (const each of placed) {
    for (const number of each.wave.after) {
      const others = followers.get(number);
      if (others) others.push(each);
      else followers.set(number, [each]);
    }
  }
  return {
    timetable,
    timeZone,
    followersOf: (wave) => followers.get(wave) ?? [],
    finish: placed.reduce((latest, { start, parts }) => Math.max(latest, start + parts.neededMs), 0),
  };
}

const unknownZone = (name: string): PlanProblem[] =>
  isTimeZone(name)
    ? []
    : [
        datingProblem(
          'error',
          'time-zone-unknown',
          `The calendar's time zone ${name} does not exist, so its days were taken as those of UTC. Use an IANA name such as Europe/Berlin.`,
          ['calendar.timeZone'],
        ),
      ];
