import type { Classification, MinuteRange } from '../../contracts/planning/classification';
import type { InventoryWorkload, Portfolio } from '../../contracts/planning/portfolio';
import type { DatedWorkload } from './dates/dating-input';
import { LastResult } from './last-result';
import { openBlocks } from './readiness/tracked-remediations';
import type { WaveCandidate } from './waves/grouping';

export interface PlanningInputs {
  /** What waves look at. */
  readonly candidates: readonly WaveCandidate[];
  /** What dates look at. */
  readonly dated: ReadonlyMap<string, DatedWorkload>;
}

/** The same value after an edit: by it what was worked out of that is found again. */
const last = new LastResult<readonly Classification[], PlanningInputs>();

/** The classifications: one for each workload, in their order. */
export const planningInputs = (
  workloads: Portfolio['workloads'],
  classifications: readonly Classification[],
): PlanningInputs => last.of(classifications, [workloads], () => inputsOf(workloads, classifications));

function inputsOf(
  workloads: Portfolio['workloads'],
  classifications: readonly Classification[],
): PlanningInputs {
  const candidates: WaveCandidate[] = [];
  const dated = new Map<string, DatedWorkload>();
  for (const [index, workload] of workloads.entries()) {
    const classification = classifications[index];
    if (classification === undefined) continue;
    candidates.push(waveCandidate(workload, classification));
    dated.set(workload.id, datedWorkload(workload, classification));
  }
  return { candidates, dated };
}

const waveCandidate = (workload: InventoryWorkload, classification: Classification): WaveCandidate => ({
  workload,
  complexity: classification.complexity,
  risk: classification.risk,
  precedence: classification.precedence,
  isBlocked: openBlocks(classification.remediations).length > 0,
});

/** Ten years, far beyond every plan: what takes longer has no date, and instants stay such that can be written. */
const MOST_MINUTES = 10 * 366 * 1_440;

const bounded = (range: MinuteRange): MinuteRange =>
  Math.max(range.low, range.likely, range.high) <= MOST_MINUTES
    ? range
    : {
        low: Math.min(MOST_MINUTES, range.low),
        likely: Math.min(MOST_MINUTES, range.likely),
        high: Math.min(MOST_MINUTES, range.high),
      };

/** What dates look at. A workload is not planned before the day by which what blocks it shall be done. */
export function datedWorkload(workload: InventoryWorkload, classification: Classification): DatedWorkload {
  const { method, path, downtimeMinutes, remediations } = classification;
  const rollbackMs = workload.execution?.rollbackEstimateMs;
  return {
    id: workload.id,
    maintenance: workload.maintenance,
    method,
    path: path.kind,
    transferMinutes: path.transferMinutes && bounded(path.transferMinutes),
    downtimeMinutes: bounded(downtimeMinutes),
    testingMinutes: null,
    rollbackMinutes: rollbackMs === undefined ? null : Math.min(MOST_MINUTES, rollbackMs / 60_000),
    dependsOn: workload.dependsOn.map(({ on }) => on),
    notBefore: lastDue(openBlocks(remediations)),
  };
}

/** The end of the last of their days, by UTC: a day is not over before that anywhere the work is done in office hours. */
function lastDue(blocks: readonly { readonly due: string | null }[]): string | null {
  const days = blocks.flatMap(({ due }) => (due === null ? [] : [due])).sort();
  const last = days.at(-1);
  return last === undefined ? null : new Date(Date.parse(`${last}T00:00:00Z`) + 86_400_000).toISOString();
}
