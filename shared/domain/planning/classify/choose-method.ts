import type { Method, MinuteRange } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import type { DataPath } from '../../../contracts/planning/settings';
import { because, minutesInWords, told, type Sentences } from '../reasons';
import type { DataVolume } from './data-volume';
import type { DowntimeTolerance } from './downtime-tolerance';
import { forecastDowntime } from './forecast-downtime';
import { onlineFeasibility } from './online-feasibility';

export interface ChosenMethod {
  readonly method: Method;
  readonly downtimeMinutes: MinuteRange;
  readonly reasons: readonly Reason[];
  readonly assumed: readonly string[];
  /** No method keeps within what is tolerated: somebody has to accept more, or make it possible. */
  readonly exceedsTolerance: boolean;
}

export interface MethodQuestion {
  readonly workload: InventoryWorkload;
  readonly volume: DataVolume;
  readonly path: DataPath | null;
  readonly tolerance: DowntimeTolerance;
  /** What people decided; null: the rules do. */
  readonly stated: { readonly method: Method; readonly reason: string } | null;
  /** What outages by that method really took (R38). */
  readonly factorOf: (method: Method) => number;
}

/**
 * Offline, online or redeployed (R13): what people say; else redeployed, where it can be built anew (R21); else offline, where its
 * outage is tolerated (R14); else online, where that is feasible (R16 R17); else the one that comes nearest.
 */
export function chooseMethod(question: MethodQuestion): ChosenMethod {
  const { stated, tolerance } = question;
  const downtime = (method: Method): MinuteRange =>
    forecastDowntime(question.workload, question.volume, question.path, method, question.factorOf(method));
  const chosen = (
    method: Method,
    reasons: readonly Reason[],
    assumed: readonly string[] = [],
  ): ChosenMethod => {
    const downtimeMinutes = downtime(method);
    const exceedsTolerance = downtimeMinutes.high > tolerance.minutes;
    const facts = { minutes: downtimeMinutes.high, tolerated: tolerance.minutes };
    const beyond = exceedsTolerance ? [because('method-exceeds-tolerance', 'R14', facts)] : [];
    return { method, downtimeMinutes, reasons: [...reasons, ...beyond], assumed, exceedsTolerance };
  };
  if (stated !== null) {
    return chosen(stated.method, [
      because('method-stated', 'R13', { method: stated.method, why: stated.reason }),
    ]);
  }
  const { high } = downtime('offline');
  const facts = { minutes: high, tolerated: tolerance.minutes };
  if (canBeRedeployed(question.workload)) return chosen('redeploy', [because('method-redeploy', 'R21')]);
  if (high <= tolerance.minutes) return chosen('offline', [because('method-offline', 'R14', facts)]);
  return online(question, chosen, because('method-not-offline', 'R16', facts));
}

function online(
  { workload, volume, path }: MethodQuestion,
  chosen: (method: Method, reasons: readonly Reason[], assumed?: readonly string[]) => ChosenMethod,
  notOffline: Reason,
): ChosenMethod {
  const feasibility = onlineFeasibility(workload, volume, path);
  const reasons = [notOffline, ...feasibility.reasons];
  if (!feasibility.isFeasible) {
    return chosen('offline', [...reasons, because('method-offline-for-want', 'R17')], feasibility.assumed);
  }
  const isCritical = workload.criticality === 'mission-critical' || workload.criticality === 'high';
  const side = isCritical ? [because('method-blue-green', 'R19', { criticality: workload.criticality })] : [];
  return chosen('online', [...reasons, because('method-online', 'R20'), ...side], feasibility.assumed);
}

/** Nothing of its own to carry, or an image or code to build it from. */
const canBeRedeployed = ({ isStateless, isContainerised, isInCode, databases }: InventoryWorkload): boolean =>
  (isContainerised === true && isInCode !== false) ||
  (isInCode === true && isStateless !== false) ||
  (isStateless === true && databases.length === 0 && (isInCode === true || isContainerised === true));

export const methodSentences: Sentences = {
  'method-stated': ({ method, why }) => `People chose ${told(method)}: ${told(why)}`,
  'method-redeploy': () =>
    'It can be deployed anew: it is containerised or in code, and keeps nothing that would be lost.',
  'method-offline': ({ minutes, tolerated }) =>
    `An outage of up to ${minutesInWords(Number(minutes))} is forecast and ${minutesInWords(Number(tolerated))} are tolerated: offline.`,
  'method-not-offline': ({ minutes, tolerated }) =>
    `Offline would cost up to ${minutesInWords(Number(minutes))}, more than the ${minutesInWords(Number(tolerated))} that are tolerated.`,
  'method-offline-for-want': () => 'Offline remains, though its outage is longer than tolerated.',
  'method-online': () => 'Online; the switch itself still needs a brief outage.',
  'method-blue-green': ({ criticality }) =>
    `Being ${told(criticality)}, it should have a second side ready: blue-green, or Azure Site Recovery.`,
  'method-exceeds-tolerance': ({ minutes, tolerated }) =>
    `The forecast outage of up to ${minutesInWords(Number(minutes))} exceeds the ${minutesInWords(Number(tolerated))} that are tolerated.`,
};
