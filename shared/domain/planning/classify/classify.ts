import type { Classification, Method } from '../../../contracts/planning/classification';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { Connection, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { itemHash } from '../content-hash';
import { experienceOf, experienceReasons, type Experience } from '../lessons/learned-from';
import { trackedRemediations } from '../readiness/tracked-remediations';
import { chooseMethod } from './choose-method';
import { choosePath } from './choose-path';
import { chooseTool } from './choose-tool';
import { dataVolume } from './data-volume';
import { downtimeTolerance } from './downtime-tolerance';
import { rateWorkload } from './rate-workload';

/** What all classifications of one plan share. */
export interface ClassificationBasis {
  readonly settings: PlanSettings;
  readonly experience: Experience;
}

export const classificationBasis = (settings: PlanSettings): ClassificationBasis => ({
  settings,
  experience: experienceOf(settings),
});

/**
 * How one workload moves, and why (R12–R29): tolerance, path, method, tool, forecasts, ratings, and what has to be done before.
 * `outgoing`: its connections to others; `neighbours`: how many workloads it talks to in either direction.
 */
export function classify(
  workload: InventoryWorkload,
  outgoing: readonly Connection[],
  neighbours: number,
  stated: Extract<PlanEdit, { kind: 'method' }> | null,
  basis: ClassificationBasis,
): Classification {
  const { settings, experience } = basis;
  const volume = dataVolume(workload);
  const tolerance = downtimeTolerance(workload);
  const way = choosePath(workload, volume, settings, experience.transfer.factor);
  const factorOf = (method: Method): number => experience.downtime[method].factor;
  const how = chooseMethod({ workload, volume, path: way.path, tolerance, stated, factorOf });
  const { tool, reason } = chooseTool(workload, how.method, way.choice.kind);
  const assumed = [
    ...new Set([...tolerance.assumed, ...volume.assumed, ...way.assumed, ...how.assumed]),
  ].sort();
  const { exceedsTolerance } = how;
  const wasSentBack = experience.sentBack.has(workload.id);
  const known = { neighbours, exceedsTolerance, wasSentBack, unknowns: assumed.length };
  const rating = rateWorkload(workload, volume, known);
  const hasLine = way.choice.transferMinutes !== null && way.choice.kind !== 'data-box';
  const learned = experienceReasons(experience, workload.id, how.method, hasLine);
  return {
    workloadId: workload.id,
    downtimeToleranceMinutes: tolerance.minutes,
    method: how.method,
    path: { ...way.choice, tool },
    downtimeMinutes: how.downtimeMinutes,
    complexity: rating.complexity,
    risk: rating.risk,
    precedence: rating.precedence,
    remediations: [...trackedRemediations(workload, outgoing, settings.earliestStart.slice(0, 10))],
    ...executionHashOf(workload),
    assumed,
    reasons: [...tolerance.reasons, ...how.reasons, ...way.reasons, reason, ...learned, ...rating.reasons],
  };
}

/** What would run of it, for who approves the plan without having it before them. */
export const executionHashOf = ({
  execution,
}: Pick<InventoryWorkload, 'execution'>): Pick<Classification, 'executionHash'> =>
  execution === null ? {} : { executionHash: itemHash(execution) };
