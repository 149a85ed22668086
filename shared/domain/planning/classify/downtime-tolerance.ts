import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import { because, minutesInWords, told, type Sentences } from '../reasons';

export interface DowntimeTolerance {
  readonly minutes: number;
  readonly reasons: readonly Reason[];
  /** Fields that nobody supplied and that the answer rests on. */
  readonly assumed: readonly string[];
}

const MONTH_MINUTES = 30 * 1_440;

/** Where nobody said anything else: what owners of such workloads commonly accept. */
const BY_CRITICALITY = { 'mission-critical': 5, high: 60, medium: 240, low: 1_440 } as const;
const NON_PRODUCTION_MINUTES = 2_880;
/** An outage that customers, revenue or regulators feel. */
const HIGH_IMPACT_MINUTES = 60;
const BY_CONTINUITY = { 'active-active': 1, standby: 15 } as const;

/**
 * The longest outage that would be accepted (R12 R14). What the owner states wins; otherwise the strictest of objective, service
 * level, continuity plan and impact counts, and criticality only where none of them is known.
 */
export function downtimeTolerance(workload: InventoryWorkload): DowntimeTolerance {
  const { acceptableDowntimeMinutes: stated } = workload;
  if (stated !== null) {
    return {
      minutes: stated,
      reasons: [because('downtime-stated', 'R14', { minutes: stated })],
      assumed: [],
    };
  }
  const bounds = [...promises(workload), ...impacts(workload)].sort((a, b) => a.minutes - b.minutes);
  const [strictest] = bounds;
  if (strictest !== undefined) return { ...strictest, reasons: [strictest.reason], assumed: [] };
  if (workload.environment !== null && workload.environment !== 'production') {
    const reason = because('downtime-of-non-production', 'R12', { environment: workload.environment });
    return { minutes: NON_PRODUCTION_MINUTES, reasons: [reason], assumed: ['acceptableDowntimeMinutes'] };
  }
  const criticality = workload.criticality ?? 'high';
  const minutes = BY_CRITICALITY[criticality];
  return {
    minutes,
    reasons: [because('downtime-by-criticality', 'R12', { criticality: workload.criticality, minutes })],
    assumed: ['acceptableDowntimeMinutes', ...(workload.criticality === null ? ['criticality'] : [])],
  };
}

interface Bound {
  readonly minutes: number;
  readonly reason: Reason;
}

function promises(workload: InventoryWorkload): Bound[] {
  const { recoveryTimeMinutes, availabilityPercent, continuityPlan } = workload;
  const bounds: Bound[] = [];
  if (recoveryTimeMinutes !== null) {
    const reason = because('downtime-by-recovery-time', 'R12', { minutes: recoveryTimeMinutes });
    bounds.push({ minutes: recoveryTimeMinutes, reason });
  }
  if (availabilityPercent !== null) {
    const minutes = Math.round((MONTH_MINUTES * (100 - availabilityPercent)) / 100);
    bounds.push({
      minutes,
      reason: because('downtime-by-service-level', 'R12', { availabilityPercent, minutes }),
    });
  }
  if (continuityPlan === 'active-active' || continuityPlan === 'standby') {
    const minutes = BY_CONTINUITY[continuityPlan];
    bounds.push({
      minutes,
      reason: because('downtime-by-continuity-plan', 'R12', { continuityPlan, minutes }),
    });
  }
  return bounds;
}

/** Nobody but its users feels an outage of what is not production. */
function impacts({ impact, environment }: InventoryWorkload): Bound[] {
  if (impact === null || (environment !== null && environment !== 'production')) return [];
  return (['customer', 'revenue', 'compliance'] as const)
    .filter((kind) => impact[kind] === 'high')
    .slice(0, 1)
    .map((kind) => ({
      minutes: HIGH_IMPACT_MINUTES,
      reason: because('downtime-by-impact', 'R16', { kind, minutes: HIGH_IMPACT_MINUTES }),
    }));
}

export const toleranceSentences: Sentences = {
  'downtime-stated': ({ minutes }) => `Its owner accepts an outage of ${minutesInWords(Number(minutes))}.`,
  'downtime-by-recovery-time': ({ minutes }) =>
    `Its recovery time objective allows ${minutesInWords(Number(minutes))}.`,
  'downtime-by-service-level': ({ availabilityPercent, minutes }) =>
    `Its service level of ${told(availabilityPercent)} % leaves ${minutesInWords(Number(minutes))} a month.`,
  'downtime-by-continuity-plan': ({ continuityPlan, minutes }) =>
    `Its continuity plan (${told(continuityPlan)}) expects it back within ${minutesInWords(Number(minutes))}.`,
  'downtime-by-impact': ({ kind, minutes }) =>
    `An outage would have a high ${told(kind)} impact: no more than ${minutesInWords(Number(minutes))}.`,
  'downtime-of-non-production': ({ environment }) =>
    `It is a ${told(environment)} system: two days are assumed to be bearable.`,
  'downtime-by-criticality': ({ criticality, minutes }) =>
    criticality === null
      ? `Nobody has said what outage it bears, nor how critical it is: it is taken for highly critical, with ${minutesInWords(Number(minutes))}.`
      : `Nobody has said what outage it bears: by its criticality (${told(criticality)}) ${minutesInWords(Number(minutes))} are assumed.`,
};
