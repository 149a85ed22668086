import type { Itinerary } from '../contracts/itinerary';
import type { WaveInput } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './hash';

/**
 * What people approve: the wave's content, its workloads' content and the itineraries they run. Stamps, states, the ticket's state
 * and recorded readiness do not count; the order of workloads does.
 */
export const planContent = (
  wave: WaveInput,
  workloads: readonly Workload[],
  itineraryOf: (workload: Workload) => Itinerary,
): Readonly<Record<string, unknown>> => {
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
  return JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
};

/** Identity of a plan's content: SHA-256, in hexadecimal, of its canonical JSON (RFC 8785). */
export const planHash = (...plan: Parameters<typeof planContent>): string =>
  sha256Hex(canonicalJson(planContent(...plan)));
