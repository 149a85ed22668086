import type { PlannedWave, WaveDates } from '../../../contracts/planning/plan';

/** Workloads whose wave runs at another time than was agreed: all who are concerned have to hear of it, and to agree (R42 R46). */
export interface ChangedDate {
  readonly workloadIds: readonly string[];
  readonly before: WaveDates['window'];
  /** Null: they have no date any more. */
  readonly after: WaveDates['window'] | null;
}

type Dated = Pick<PlannedWave, 'workloadIds' | 'dates'>;

const windowsByWorkload = (waves: readonly Dated[]) =>
  new Map(
    waves.flatMap(({ workloadIds, dates }) => workloadIds.map((id) => [id, dates?.window ?? null] as const)),
  );

/**
 * The agreed dates that are different now, workloads with the same change together, in the order of the dates before. Waves are
 * numbered anew by every plan, so it is the workloads that are looked at; those that are no longer planned have lost their date.
 */
export function changedDates(before: readonly Dated[], after: readonly Dated[]): ChangedDate[] {
  const now = windowsByWorkload(after);
  const changes = new Map<string, { workloadIds: string[] } & Omit<ChangedDate, 'workloadIds'>>();
  for (const [id, was] of windowsByWorkload(before)) {
    const is = now.get(id) ?? null;
    if (was === null || (is && is.start === was.start && is.end === was.end)) continue;
    const key = [was.start, was.end, is?.start, is?.end].join(' ');
    const change = changes.get(key) ?? { workloadIds: [], before: was, after: is };
    change.workloadIds.push(id);
    changes.set(key, change);
  }
  return [...changes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => ({ ...change, workloadIds: change.workloadIds.sort() }));
}
