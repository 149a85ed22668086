import { z } from 'zod';

const Words = z.string().max(2_000);

/** A recovery plan of Site Recovery, as far as it is read here. */
export const RecoveryPlanStatus = z.looseObject({
  properties: z.looseObject({
    allowedOperations: z.array(Words).default([]),
    replicationProviders: z.array(Words).default([]),
    currentScenario: z.looseObject({ scenarioName: Words.nullish(), jobId: Words.nullish() }).nullish(),
    currentScenarioStatus: Words.nullish(),
    currentScenarioStatusDescription: Words.nullish(),
  }),
});
export type RecoveryPlanStatus = z.infer<typeof RecoveryPlanStatus>;
