import type { WaveForecast } from '../../../contracts/planning/lesson';
import type { PlanContent, PlanHead, PlannedWave } from '../../../contracts/planning/plan';
import { experienceOf } from './learned-from';

/**
 * What a plan forecasts for one of its waves, without what it had learned already: that would be learned again as if it were new. What
 * travels by device is not forecast by rates.
 */
export function waveForecastOf(
  { id: planId, portfolioId }: Pick<PlanHead, 'id' | 'portfolioId'>,
  { classifications, settings }: Pick<PlanContent, 'classifications' | 'settings'>,
  { number: wave, workloadIds }: Pick<PlannedWave, 'number' | 'workloadIds'>,
): WaveForecast {
  const { transfer, downtime } = experienceOf(settings);
  const members = new Set(workloadIds);
  const workloads = classifications
    .filter(({ workloadId }) => members.has(workloadId))
    .map(({ workloadId, method, path: { kind, transferMinutes }, downtimeMinutes }) => ({
      workloadId,
      transferMinutes:
        transferMinutes === null || kind === 'data-box' ? null : transferMinutes.likely / transfer.factor,
      downtimeMinutes: downtimeMinutes.likely / downtime[method].factor,
    }));
  return { planId, portfolioId, wave, workloads };
}
