import type { Connection, EnvironmentKind } from '../../../contracts/planning/portfolio';
import { couplingCode, criticalityRank, dependencyWeight } from './dependency-kinds';
import type { WaveCandidate } from './grouping';
import { numberAt } from './partition/number-at';
import { placesByNumber, startsOf, type PlacesByNumber } from './partition/places-by-number';
import { readConnections, sortedPairs, type Edges } from './read-connections';

/**
 * The candidates by number, in the order of their ids, and every dependency among them, sorted by from, then to. One pair may have
 * several: stated, and seen. Lists of numbers, because a portfolio has half a million of them.
 */
export interface DependencyGraph {
  readonly candidates: readonly WaveCandidate[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** 0 development to 3 production; unknown counts as production. */
  readonly tier: Uint8Array;
  /** 1 low to 4 mission-critical. */
  readonly rank: Uint8Array;
  readonly applicationOf: Int32Array;
  readonly workloadsOfApplication: readonly (readonly number[])[];
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly coupling: Uint8Array;
  readonly weight: Int32Array;
  /** The infrastructure it uses, a bit each, by its ports. */
  readonly services: Uint8Array;
  /** Those of workload i are `outgoing[i]` up to `outgoing[i + 1]`. */
  readonly outgoing: Int32Array;
  /** Those on each workload. */
  readonly incoming: PlacesByNumber;
}

const TIER: Readonly<Record<EnvironmentKind, number>> = {
  development: 0,
  test: 1,
  staging: 2,
  production: 3,
};
export const PRODUCTION = TIER.production;
export const TIER_NAMES = ['development', 'test', 'staging', 'production'] as const;

const isSorted = (candidates: readonly WaveCandidate[]): boolean =>
  candidates.every(({ workload }, i) => i === 0 || (candidates[i - 1]?.workload.id ?? '') < workload.id);

export const sortedById = (candidates: readonly WaveCandidate[]): readonly WaveCandidate[] =>
  isSorted(candidates)
    ? candidates
    : [...candidates].sort((a, b) => (a.workload.id < b.workload.id ? -1 : 1));

/** `candidates` sorted by id; `ignored`: dependencies that people say are none. */
export function buildDependencyGraph(
  candidates: readonly WaveCandidate[],
  connections: readonly Connection[],
  ignored: readonly { readonly from: string; readonly to: string }[],
): DependencyGraph {
  const indexOf = new Map<string, number>();
  const tier = new Uint8Array(candidates.length);
  const rank = new Uint8Array(candidates.length);
  candidates.forEach(({ workload }, index) => {
    indexOf.set(workload.id, index);
    tier[index] = TIER[workload.environment ?? 'production'];
    rank[index] = criticalityRank(workload);
  });
  const pair = (from: number, to: number): number => from * candidates.length + to;
  const none = new Set(
    ignored.flatMap((edge) => {
      const [from, to] = [indexOf.get(edge.from), indexOf.get(edge.to)];
      return from === undefined || to === undefined ? [] : [pair(from, to)];
    }),
  );
  const edges = merged(
    readConnections(indexOf, connections),
    statedDependencies(candidates, indexOf),
    (from, to) => none.size === 0 || !none.has(pair(from, to)),
  );
  const weight = new Int32Array(edges.coupling.length);
  for (let edge = 0; edge < weight.length; edge += 1) {
    const ends = [rank[numberAt(edges.from, edge)] ?? 0, rank[numberAt(edges.to, edge)] ?? 0] as const;
    weight[edge] = dependencyWeight(numberAt(edges.coupling, edge), numberAt(edges.bits, edge), ...ends);
  }
  const outgoing = startsOf(edges.from, candidates.length);
  const incoming = placesByNumber(edges.to, candidates.length);
  const applications = applicationsOf(candidates);
  return { candidates, indexOf, tier, rank, ...applications, ...edges, weight, outgoing, incoming };
}

function applicationsOf(
  candidates: readonly WaveCandidate[],
): Pick<DependencyGraph, 'applicationOf' | 'workloadsOfApplication'> {
  const numbers = new Map<string, number>();
  const workloadsOfApplication: number[][] = [];
  const applicationOf = new Int32Array(candidates.length);
  candidates.forEach(({ workload }, index) => {
    const number = numbers.get(workload.application) ?? numbers.size;
    if (number === numbers.size) numbers.set(workload.application, number);
    (workloadsOfApplication[number] ??= []).push(index);
    applicationOf[index] = number;
  });
  return { applicationOf, workloadsOfApplication };
}

/** A dependency somebody states counts as one that was seen often. */
const STATED_BITS = 10;

function statedDependencies(
  candidates: readonly WaveCandidate[],
  indexOf: ReadonlyMap<string, number>,
): Edges {
  const from: number[] = [];
  const to: number[] = [];
  const coupling: number[] = [];
  candidates.forEach(({ workload }, index) => {
    for (const { on, kind } of workload.dependsOn) {
      const used = indexOf.get(on);
      if (used === undefined || used === index) continue;
      from.push(index);
      to.push(used);
      coupling.push(couplingCode(kind));
    }
  });
  const order = sortedPairs(Int32Array.from(from), Int32Array.from(to), candidates.length);
  return {
    from: order.map((edge) => numberAt(from, edge)),
    to: order.map((edge) => numberAt(to, edge)),
    coupling: Uint8Array.from(order, (edge) => numberAt(coupling, edge)),
    bits: new Uint8Array(order.length).fill(STATED_BITS),
    services: new Uint8Array(order.length),
  };
}

/** Two sorted lists as one, without what does not count. */
function merged(a: Edges, b: Edges, counts: (from: number, to: number) => boolean): Edges {
  const most = a.from.length + b.from.length;
  const all = {
    from: new Int32Array(most),
    to: new Int32Array(most),
    coupling: new Uint8Array(most),
    bits: new Uint8Array(most),
    services: new Uint8Array(most),
  };
  let kept = 0;
  const take = (edges: Edges, edge: number): void => {
    const [from, to] = [numberAt(edges.from, edge), numberAt(edges.to, edge)];
    if (!counts(from, to)) return;
    all.from[kept] = from;
    all.to[kept] = to;
    all.coupling[kept] = numberAt(edges.coupling, edge);
    all.bits[kept] = numberAt(edges.bits, edge);
    all.services[kept] = numberAt(edges.services, edge);
    kept += 1;
  };
  let next = 0;
  for (let edge = 0; edge < a.from.length; edge += 1) {
    while (next < b.from.length && isBefore(b, next, a, edge)) take(b, next++);
    take(a, edge);
  }
  while (next < b.from.length) take(b, next++);
  return {
    from: all.from.subarray(0, kept),
    to: all.to.subarray(0, kept),
    coupling: all.coupling.subarray(0, kept),
    bits: all.bits.subarray(0, kept),
    services: all.services.subarray(0, kept),
  };
}

const isBefore = (a: Edges, i: number, b: Edges, j: number): boolean =>
  numberAt(a.from, i) < numberAt(b.from, j) ||
  (a.from[i] === b.from[j] && numberAt(a.to, i) < numberAt(b.to, j));
