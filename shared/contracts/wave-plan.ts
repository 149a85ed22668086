import { z } from 'zod';
import { Itinerary } from './itinerary';
import { Wave, WaveInput } from './wave';
import { WorkloadInput } from './workload';

/** A workload as a plan has it: all that its cutover would do. */
export const PlannedWorkload = WorkloadInput.omit({ readiness: true }).extend({ itinerary: Itinerary });
export type PlannedWorkload = z.infer<typeof PlannedWorkload>;

/** What an approval of a wave binds. */
export const WavePlan = z.object({
  /** SHA-256 of the canonical JSON of `plan`. */
  planHash: Wave.shape.planHash,
  /** False where a workload was changed after the wave was planned: such a wave is not started. */
  isAsPlanned: z.boolean(),
  plan: WaveInput.pick({
    id: true,
    name: true,
    window: true,
    blackouts: true,
    maxConcurrentCutovers: true,
    scheduledStart: true,
    changeTicket: true,
    afterWave: true,
  }).extend({ workloads: z.array(PlannedWorkload) }),
});
export type WavePlan = z.infer<typeof WavePlan>;
