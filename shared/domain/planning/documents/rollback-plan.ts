import type { Classification, Method } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { Thresholds } from '../../../contracts/thresholds';
import { minutesInWords } from '../reasons';

/** How a workload comes back, when, and who may say so (R49–R54 R61 R64). */
export interface RollbackPlan {
  /** Measurable, each by itself enough (R50). */
  readonly triggers: readonly string[];
  readonly steps: readonly string[];
  /** Steps that only people can do, should the automatic ones fail (R53); null: nobody has written them. */
  readonly byHand: string | null;
  readonly isAutomatic: boolean;
  /** Null: nobody has estimated it. */
  readonly timeframe: string | null;
  readonly success: readonly string[];
  /** What the last rehearsal showed; null: none is recorded. */
  readonly rehearsal: string | null;
  /** Null: nobody is named. */
  readonly authority: string | null;
}

export function rollbackPlan(
  workload: InventoryWorkload,
  { method, downtimeToleranceMinutes }: Pick<Classification, 'method' | 'downtimeToleranceMinutes'>,
  { rollbackAuthority }: Pick<PlanSettings, 'rollbackAuthority'>,
): RollbackPlan {
  const { execution } = workload;
  const thresholds = execution?.thresholds ?? Thresholds.parse({});
  const isAutomatic = execution?.controls?.kind === 'http';
  const rehearsal = workload.tracked.find(({ key }) => key === 'rollback-rehearsed');
  const estimateMs = execution?.rollbackEstimateMs;
  return {
    triggers: [
      `more than ${Number((thresholds.maxErrorRate * 100).toPrecision(12))} % of requests fail`,
      `more than 5 of 100 requests take longer than ${thresholds.maxP95Ms} ms`,
      thresholds.maxConsecutiveFailures === 1
        ? 'a check fails'
        : `${thresholds.maxConsecutiveFailures} checks in a row fail`,
      `the outage lasts longer than ${minutesInWords(downtimeToleranceMinutes)}`,
      'an acceptance check fails, or owner or tester refuses to sign off',
    ],
    steps: STEPS[method](workload.environment === 'production' || workload.environment === null),
    byHand: execution?.rollbackPlan ?? null,
    isAutomatic,
    timeframe: estimateMs === undefined ? null : minutesInWords(estimateMs / 60_000),
    success: [
      'users reach the source',
      'it serves, takes writes and is healthy',
      'the target takes no writes',
    ],
    rehearsal:
      rehearsal === undefined
        ? null
        : `${rehearsal.state}${rehearsal.note === null ? '' : `: ${rehearsal.note}`}`,
    authority: rollbackAuthority,
  };
}

/** What Causeway does, newest step first undone (R52). */
const STEPS: Readonly<Record<Method, (isProduction: boolean) => readonly string[]>> = {
  offline: (isProduction) => [
    'stop the target',
    'send users back to the source by the configuration that was kept',
    'lift the freeze and start the source',
    ...(isProduction ? ['look at writes that users made on the target since they were sent there'] : []),
    'check health and access of the source',
  ],
  online: () => [
    'block writes on the target and let the last of them arrive at the source',
    'open the source and send users back to it',
    'compare both sides row by row',
    'check health and access of the source',
  ],
  redeploy: () => [
    'send users back to the source',
    'deploy the previous release again by its pipeline',
    'open the database on the source',
    'check health and access of the source',
  ],
};
