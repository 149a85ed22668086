import type { PlanProblem } from '../../../contracts/planning/plan';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { counted } from '../reasons';
import { contradictions, type Fitting } from './contradictions';
import { datingProblem, listed, NAMED } from './dating-problem';
import { instant } from './dating-input';
import type { Unplaced } from './place-waves';
import type { Timetable } from './timetable';
import { partsOf } from './wave-parts';

/** Looking for what contradicts takes a while: beyond this many waves the reader has enough to do. */
const MAX_EXPLAINED = 200;

/** Why waves have no date, each with a smallest set of what contradicts: without any one of it there would be a date. */
export function undatedProblems(
  unplaced: readonly Unplaced[],
  settings: PlanSettings,
  timetable: Timetable,
): PlanProblem[] {
  const fitting: Fitting = {
    timesOf: (workload) => timetable.legal.of(workload.maintenance),
    neededMs: (workloads) => partsOf(workloads, settings).neededMs,
    longestMs: (workloads) => timetable.legal.longestMs(timetable.legal.ofAll(workloads)),
  };
  const windowless = unplaced.filter(({ why }) => why.kind === 'no-window');
  const [never, late] = [
    windowless.filter((wave) => !isOpenTo(wave, timetable)),
    windowless.filter((wave) => isOpenTo(wave, timetable)),
  ];
  return [
    ...never.slice(0, MAX_EXPLAINED).flatMap((each) => contradictions(each, settings, fitting)),
    ...unexplained(never.slice(MAX_EXPLAINED)),
    ...beyondHorizon(late, settings, timetable),
    ...afterUndated(unplaced),
  ];
}

/** Whether there would be a window for a wave, had it the calendar to itself. */
const isOpenTo = ({ open, parts }: Unplaced, { legal }: Timetable): boolean =>
  legal.longestMs(open) >= parts.neededMs;

const numbersOf = (waves: readonly Unplaced[]): number[] => waves.map(({ wave }) => wave.number);
const named = (waves: readonly Unplaced[]): string[] =>
  numbersOf(waves)
    .slice(0, NAMED)
    .map((number) => `wave ${number}`);

const unexplained = (waves: readonly Unplaced[]): PlanProblem[] =>
  waves.length === 0
    ? []
    : [
        datingProblem(
          'error',
          'windows-missing',
          `${counted(waves.length, 'more wave')} without a window that is long enough and open to all its workloads: ${listed(numbersOf(waves))}. Mend those named first.`,
          named(waves),
        ),
      ];

function beyondHorizon(
  waves: readonly Unplaced[],
  settings: PlanSettings,
  { horizon }: Timetable,
): PlanProblem[] {
  if (waves.length === 0) return [];
  const { teams } = settings.capacity;
  const { daysBetweenWaves } = settings;
  return [
    datingProblem(
      'error',
      'plan-beyond-horizon',
      `${counted(waves.length, 'wave')} without a free window before ${instant(horizon.end).slice(0, 10)}, which is as far as a plan reaches: ${listed(numbersOf(waves))}. More teams than ${teams}, fewer days between waves than ${daysBetweenWaves}, or larger waves would make room.`,
      [`capacity.teams: ${teams}`, `daysBetweenWaves: ${daysBetweenWaves}`, ...named(waves.slice(0, 1))],
    ),
  ];
}

function afterUndated(unplaced: readonly Unplaced[]): PlanProblem[] {
  const waiting = unplaced.filter(({ why }) => why.kind === 'after-undated');
  if (waiting.length === 0) return [];
  const causes = new Set(waiting.flatMap(({ why }) => (why.kind === 'after-undated' ? why.waves : [])));
  return [
    datingProblem(
      'error',
      'wave-after-undated',
      `${waiting.length} ${waiting.length === 1 ? 'wave has' : 'waves have'} to come after waves that have no date, and so ${waiting.length === 1 ? 'has' : 'have'} none: ${listed(numbersOf(waiting))}.`,
      [...causes].slice(0, NAMED).map((number) => `wave ${number}`),
    ),
  ];
}
