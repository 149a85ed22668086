import { z } from 'zod';
import { Text } from '../primitives';

/** Who of a wave's stakeholders has agreed to its dates, durations and dependencies (R62). */
export const WaveConfirmations = z.object({
  wave: z.number().int().min(1),
  by: z.array(Text(200)),
  /** Owners of its workloads who have not, by name. */
  missing: z.array(Text(200)),
});
export type WaveConfirmations = z.infer<typeof WaveConfirmations>;
