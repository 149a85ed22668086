import type { PlanProblem } from '../../../contracts/planning/plan';
import type { Unplaced } from './place-waves';
import type { Timetable } from './timetable';

/** Why waves have no date, each with a smallest set of what contradicts. */
export function undatedProblems(unplaced: readonly Unplaced[], _timetable: Timetable): PlanProblem[] {
  return unplaced.map(({ wave, why }) => ({
    severity: 'error',
    code: 'wave-without-date',
    message:
      why.kind === 'after-undated'
        ? `Wave ${wave.number} waits for waves without a date: ${why.waves.join(', ')}.`
        : `Wave ${wave.number} finds no legal window within three years.`,
    involves: [`wave ${wave.number}`],
  }));
}
