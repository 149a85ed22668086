import { z } from 'zod';

/** One thing that two versions of a plan say differently, in words. */
export const PlanDifference = z.object({
  kind: z.enum(['problem', 'wave', 'date', 'workload', 'method', 'cut', 'settings']),
  message: z.string().max(1_500),
  /** Where it is about a single one. */
  workloadId: z.string().nullable(),
});
export type PlanDifference = z.infer<typeof PlanDifference>;
