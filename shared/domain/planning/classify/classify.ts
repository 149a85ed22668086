import type { Classification } from '../../../contracts/planning/classification';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { Connection, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { trackedRemediations } from '../readiness/tracked-remediations';
import { chooseMethod } from './choose-method';
import { choosePath } from './choose-path';
import { chooseTool } from './choose-tool';
import { dataVolume } from './data-volume';
import { downtimeTolerance } from './downtime-tolerance';
import { calibration } from './forecast';
import { rateWorkload } from './rate-workload';

/** What all classifications of one plan share. */
export interface ClassificationBasis {
  readonly settings: PlanSettings;
  readonly transferFactor: number;
  readonly downtimeFactor: number;
}

export const classificationBasis = (settings: PlanSettings): ClassificationBasis => ({
  settings,
  transferFactor: calibration(settings.lessons, 'transfer'),
  downtimeFactor: calibration(settings.lessons, 'downtime'),
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
  const { settings, transferFactor, downtimeFactor } = basis;
  const volume = dataVolume(workload);
  const tolerance = downtimeTolerance(workload);
  const way = choosePath(workload, volume, settings, transferFactor);
  const how = chooseMethod({ workload, volume, path: way.path, tolerance, stated, factor: downtimeFactor });
  const { tool, reason } = chooseTool(workload, how.method, way.choice.kind);
  const assumed = [
    ...new Set([...tolerance.assumed, ...volume.assumed, ...way.assumed, ...how.assumed]),
  ].sort();
  const { exceedsTolerance } = how;
  const rating = rateWorkload(workload, volume, { neighbours, exceedsTolerance, unknowns: assumed.length });
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
    assumed,
    reasons: [...tolerance.reasons, ...how.reasons, ...way.reasons, reason, ...rating.reasons],
  };
}
