import type { Itinerary } from '../contracts/itinerary';
import type { WaveInput } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './hash';

/**
 * Identity of what people approve: the wave's content, its workloads' content and the itineraries they run. Stamps, states, the
 * ticket's state and recorded readiness do not count; the order of workloads does.
 */
export const planHash = (
  wave: WaveInput,
  workloads: readonly Workload[],
  itineraryOf: (workload: Workload) => Itinerary,
): string => {
  const content = {
    id: wave.id,
    name: wave.name,
    window: wave.window,
    blackouts: wave.blackouts,
    maxConcurrentCutovers: wave.maxConcurrentCutovers,
    scheduledStart: wave.scheduledStart,
    changeTicket: wave.changeTicket,
    afterWave: wave.afterWave,
    workloads: workloads.map((workload) => {
      const { createdAt: _createdAt, updatedAt: _updatedAt, readiness: _readiness, ...planned } = workload;
      return { ...planned, itinerary: itineraryOf(workload) };
    }),
  };
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(content))));
};
