import { z } from 'zod';

/** When a moved workload counts as failing (R49 R50): over the observation, or at once after that many failures in a row. */
export const Thresholds = z.object({
  maxErrorRate: z.number().min(0).max(1).default(0.01),
  maxP95Ms: z.number().min(1).default(1_000),
  maxConsecutiveFailures: z.number().int().min(1).default(3),
});
export type Thresholds = z.infer<typeof Thresholds>;
