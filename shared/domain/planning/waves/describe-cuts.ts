import type { CutDependency } from '../../../contracts/planning/plan';
import type { Reason } from '../../../contracts/planning/reason';
import { because, told, type Sentences } from '../reasons';
import { TIER_NAMES, type DependencyGraph } from './dependency-graph';
import { bridgeFor, COUPLINGS, CRITICAL_RANK, type Coupling } from './dependency-kinds';
import { numberAt } from './partition/number-at';
import type { SharedServices } from './shared-services';
import type { TakenOver } from './taken-over';

/** What is watched, tested and kept ready while a bridge stands (R36 R37). One list each: a plan may have many cuts. */
const MONITORING: Readonly<Record<CutDependency['bridge'], string[]>> = {
  'api-proxy': [
    'latency and error rate of calls through the proxy, both sides on one dashboard',
    'integration test through the proxy before the first end moves, and after each',
    'load test through the proxy at peak',
    'recovery: calls go directly again once both ends are on one side',
  ],
  replication: [
    'replication lag and conflicts, with an alarm',
    'row counts and checksums of both copies, daily',
    'integration test that writes on one side and reads on the other',
    'recovery: a copy that was restored from backup is followed again',
  ],
  cache: [
    'hit rate and age of the oldest entry',
    'test that a change at the source is seen within the agreed age',
    'load test with an empty cache',
    'recovery: the cache is dropped and filled anew',
  ],
  'network-route': [
    'round trip and loss between both sites',
    'connectivity and name resolution test from both sides',
    'recovery: the second route is tried before the first end moves',
  ],
};

/** By position of wave, what depends on what in another; `edited`: workloads that people have placed; `taken`: what still holds of before. */
export function describeCuts(
  graph: DependencyGraph,
  shared: SharedServices,
  waveOf: Int32Array,
  edited: ReadonlySet<number>,
  taken: TakenOver | null = null,
): CutDependency[] {
  const kept = keptWeights(graph, waveOf);
  const cuts: CutDependency[] = [];
  for (let edge = 0; edge < graph.from.length;) {
    const from = numberAt(graph.from, edge);
    const to = numberAt(graph.to, edge);
    let weight = 0;
    let coupling = 0;
    for (; graph.from[edge] === from && graph.to[edge] === to; edge += 1) {
      weight += numberAt(graph.weight, edge);
      coupling = Math.max(coupling, numberAt(graph.coupling, edge));
    }
    if (waveOf[from] === waveOf[to] || shared.has(from) || shared.has(to)) continue;
    const before = taken?.cut(from, to);
    if (before) {
      cuts.push(before);
      continue;
    }
    const [user, used] = [graph.candidates[from]?.workload, graph.candidates[to]?.workload];
    if (!user || !used) continue;
    const kind = COUPLINGS[coupling] ?? 'calls';
    const bridge = bridgeFor(kind, used);
    const weights = { weight, fromKeeps: kept(from), toKeeps: kept(to) };
    cuts.push({
      from: user.id,
      to: used.id,
      fromWave: numberAt(waveOf, from) + 1,
      toWave: numberAt(waveOf, to) + 1,
      weight,
      bridge,
      deadline: null,
      fromOwner: user.owner,
      toOwner: used.owner,
      monitoring: MONITORING[bridge],
      reasons: [
        whyCut(graph, from, to, edited, weights),
        whyBridge(kind, bridge),
        because('cut-owners', 'R37', {
          from: user.id,
          fromOwner: user.owner,
          to: used.id,
          toOwner: used.owner,
        }),
      ],
    });
  }
  return cuts;
}

/** The weight of a workload's dependencies that stay within its wave: of few after an edit, so it is added up when asked for. */
function keptWeights(graph: DependencyGraph, waveOf: Int32Array): (workload: number) => number {
  const known = new Float64Array(graph.candidates.length).fill(-1);
  const { outgoing, incoming, from, to, weight } = graph;
  const keptOf = (workload: number): number => {
    let sum = 0;
    for (let edge = numberAt(outgoing, workload); edge < numberAt(outgoing, workload + 1); edge += 1)
      if (waveOf[numberAt(to, edge)] === waveOf[workload]) sum += numberAt(weight, edge);
    const { starts, places } = incoming;
    for (let at = numberAt(starts, workload); at < numberAt(starts, workload + 1); at += 1) {
      const edge = numberAt(places, at);
      if (waveOf[numberAt(from, edge)] === waveOf[workload]) sum += numberAt(weight, edge);
    }
    return sum;
  };
  return (workload) => {
    if (numberAt(known, workload) < 0) known[workload] = keptOf(workload);
    return numberAt(known, workload);
  };
}

function whyCut(
  graph: DependencyGraph,
  from: number,
  to: number,
  edited: ReadonlySet<number>,
  weights: { readonly weight: number; readonly fromKeeps: number; readonly toKeeps: number },
): Reason {
  const tiers = [numberAt(graph.tier, from), numberAt(graph.tier, to)] as const;
  if (tiers[0] !== tiers[1]) {
    const [fromTier, toTier] = tiers.map((tier) => TIER_NAMES[tier] ?? 'production');
    return because('cut-between-environments', 'R32', { from: fromTier ?? null, to: toTier ?? null });
  }
  if (edited.has(from) || edited.has(to)) return because('cut-by-edit', 'R11', weights);
  const holdsUp = (one: number, other: number): boolean =>
    graph.candidates[one]?.isBlocked === true && numberAt(graph.rank, other) >= CRITICAL_RANK;
  if (holdsUp(from, to) && numberAt(graph.rank, from) < CRITICAL_RANK)
    return because('cut-blocked-follower', 'R8', weights);
  return because('cut-lightest', 'R36', weights);
}

const whyBridge = (coupling: Coupling, bridge: CutDependency['bridge']): Reason =>
  because('cut-bridge', 'R36', { coupling, bridge });

export const sentences: Sentences = {
  'cut-between-environments': ({ from, to }) =>
    `A workload of ${told(from)} uses one of ${told(to)}, and these do not share a wave: it is bridged.`,
  'cut-by-edit': ({ weight }) => `People placed one of its ends; the dependency weighs ${told(weight)}.`,
  'cut-blocked-follower': ({ weight }) =>
    `The workload that depends is blocked and must not hold up critical work; the dependency weighs ${told(weight)}.`,
  'cut-lightest': ({ weight, fromKeeps, toKeeps }) =>
    'What depends on each other has no room in one wave, or was planned apart before. ' +
    `The dependency weighs ${told(weight)}; those that its ends keep in their own waves weigh ${told(fromKeeps)} and ${told(toKeeps)}.`,
  'cut-bridge': ({ coupling, bridge }) =>
    `It is of the kind ${told(coupling)}: carried by ${told(bridge)} until both ends have moved.`,
  'cut-owners': ({ from, fromOwner, to, toOwner }) =>
    fromOwner !== null && fromOwner === toOwner
      ? `Who answers for it on both sides: ${told(fromOwner)}.`
      : `Who answers for it: ${told(fromOwner ?? 'nobody yet')} on the side of ${told(from)}, ${told(toOwner ?? 'nobody yet')} on that of ${told(to)}.`,
};
