import type { StepResult } from '../../../shared/contracts/step';
import { isAtSource } from '../../../shared/domain/traffic-ladder';
import { failed, type StepContext } from '../step';

/**
 * What would go wrong with the workload's traffic if it were moved now: the switch cannot be reached, does not send users to the
 * source, or may not be written. Null where nothing would, or where the controls move it.
 */
export const trafficNotReady = async ({ services, cutover }: StepContext): Promise<StepResult | null> => {
  if (!cutover.workload.traffic) return null;
  const traffic = services.traffic.of(cutover.workload.traffic);
  const look = await traffic.look();
  if (look.kind === 'refused') return failed(look.code, look.reason);
  const { reading } = look;
  if (!reading.settled || !isAtSource(reading.weights))
    return failed(
      'traffic-not-at-source',
      `${traffic.name} does not send users to the source alone: ${reading.summary}`,
    );
  const refusal = await traffic.proveRights(reading);
  return refusal && failed(refusal.code, refusal.reason);
};
