import type { Method, MinuteRange } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import type { DataPath } from '../../../contracts/planning/settings';
import { because, minutesBeside, quoted, told, type Facts, type Sentences } from '../reasons';
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
  if (canBeRedeployed(question.workload))
    return chosen('redeploy', [because('method-redeploy', 'R21', originOf(question.workload))]);
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

/**
 * An image or code to build it from, where what it keeps lies in databases, which are moved beside it (R119), or is nothing: what else
 * it keeps would be lost. Where nobody has said that code is there, an image does; where there is none, only what keeps nothing at all.
 */
const canBeRedeployed = ({
  isStateless,
  isContainerised,
  isInCode,
  databases,
}: InventoryWorkload): boolean => {
  if (isContainerised !== true && isInCode !== true) return false;
  if (isInCode === false) return isStateless === true && databases.length === 0;
  return isStateless !== false || (isContainerised === true && databases.length > 0);
};

const originOf = ({ isContainerised, isInCode, isStateless, databases }: InventoryWorkload): Facts => ({
  containerised: isContainerised,
  code: isInCode,
  stateless: isStateless,
  databases: databases.length,
});

const keeping = ({ stateless, databases }: Facts): string => {
  if (databases === 0)
    return stateless === true
      ? 'it keeps nothing that would be lost'
      : 'no database of it is known, but nobody has said that it keeps nothing';
  return `${databases === 1 ? 'its database is' : `its ${told(databases)} databases are`} moved beside it`;
};

const limits = ({ minutes, tolerated }: Facts): readonly [string, string] =>
  minutesBeside(Number(minutes), Number(tolerated));

export const methodSentences: Sentences = {
  'method-stated': ({ method, why }) => `People chose ${told(method)}: ${quoted(why)}`,
  'method-redeploy': (facts) => {
    const from = [
      ...(facts['containerised'] === true ? ['containerised'] : []),
      ...(facts['code'] === true ? ['in code'] : []),
    ];
    // Plans of before kept no facts.
    return from.length === 0
      ? 'It can be deployed anew: it is containerised or in code.'
      : `It can be deployed anew: it is ${from.join(' and ')}, and ${keeping(facts)}.`;
  },
  'method-offline': (facts) => {
    const [forecast, tolerated] = limits(facts);
    return `An outage of up to ${forecast} is forecast, within the tolerated ${tolerated}: offline.`;
  },
  'method-not-offline': (facts) => {
    const [forecast, tolerated] = limits(facts);
    return `Offline would cost up to ${forecast}, more than the tolerated ${tolerated}.`;
  },
  'method-offline-for-want': () => 'Offline remains, though its outage is longer than tolerated.',
  'method-online': () => 'Online; the switch itself still needs a brief outage.',
  'method-blue-green': ({ criticality }) =>
    `Its criticality is ${told(criticality)}: it should have a second side ready, blue-green or by Azure Site Recovery.`,
  'method-exceeds-tolerance': (facts) => {
    const [forecast, tolerated] = limits(facts);
    return `The forecast outage of up to ${forecast} exceeds the tolerated ${tolerated}.`;
  },
};
