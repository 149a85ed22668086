import type { CutDependency, PlannedWave } from '../../../contracts/planning/plan';

/** When the later of both ends of a cut dependency has moved, with its contingency (R37); null while one has no date. */
export function endOfCut(
  cut: Pick<CutDependency, 'fromWave' | 'toWave'>,
  waves: readonly Pick<PlannedWave, 'number' | 'dates'>[],
): string | null {
  const from = plannedEnd(waveOf(waves, cut.fromWave)?.dates ?? null);
  const to = plannedEnd(waveOf(waves, cut.toWave)?.dates ?? null);
  if (!from || !to) return null;
  return from > to ? from : to;
}

/** Waves are numbered in their order; the search is for lists that leave some out. */
const waveOf = (waves: readonly Pick<PlannedWave, 'number' | 'dates'>[], number: number) => {
  const there = waves[number - 1];
  return there?.number === number ? there : waves.find((wave) => wave.number === number);
};

/** The end of a wave's last part: its window may stay open longer. */
export const plannedEnd = (dates: PlannedWave['dates']): string | null => dates?.parts.at(-1)?.end ?? null;
