import type { Connection, EnvironmentKind } from '../../../contracts/planning/portfolio';
import { couplingCode, couplingOf, criticalityRank, dependencyWeight } from './dependency-kinds';
import type { WaveCandidate } from './grouping';
import { numberAt } from './partition/number-at';

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
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly coupling: Uint8Array;
  readonly weight: Int32Array;
  /** Number of the connection it was seen as; -1: stated. */
  readonly connection: Int32Array;
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

/** Edges as they are read, before they are sorted. */
class Edges {
  count = 0;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly coupling: Uint8Array;
  readonly weight: Int32Array;
  readonly connection: Int32Array;

  constructor(most: number) {
    this.from = new Int32Array(most);
    this.to = new Int32Array(most);
    this.coupling = new Uint8Array(most);
    this.weight = new Int32Array(most);
    this.connection = new Int32Array(most);
  }

  add(from: number, to: number, coupling: number, weight: number, connection: number): void {
    const at = this.count++;
    this.from[at] = from;
    this.to[at] = to;
    this.coupling[at] = coupling;
    this.weight[at] = weight;
    this.connection[at] = connection;
  }
}

/** Positions of edges by the number that `key` has for them, those of one number in the order given. */
function countingSort(order: Int32Array, key: Int32Array, numbers: number): Int32Array {
  const starts = new Int32Array(numbers + 1);
  for (const edge of order) {
    const next = numberAt(key, edge) + 1;
    starts[next] = numberAt(starts, next) + 1;
  }
  for (let i = 0; i < numbers; i += 1) starts[i + 1] = numberAt(starts, i + 1) + numberAt(starts, i);
  const sorted = new Int32Array(order.length);
  for (const edge of order) {
    const number = numberAt(key, edge);
    const position = numberAt(starts, number);
    sorted[position] = edge;
    starts[number] = position + 1;
  }
  return sorted;
}

/** `candidates` sorted by id; `ignored`: dependencies that people say are none, as `dependencyKey`. */
export function buildDependencyGraph(
  candidates: readonly WaveCandidate[],
  connections: readonly Connection[],
  ignored: ReadonlySet<string>,
): DependencyGraph {
  const indexOf = new Map(candidates.map(({ workload }, index) => [workload.id, index]));
  const tier = Uint8Array.from(candidates, ({ workload }) => tierOf(workload));
  const rank = Uint8Array.from(candidates, ({ workload }) => criticalityRank(workload));
  const stated = candidates.reduce((sum, { workload }) => sum + workload.dependsOn.length, 0);
  const edges = new Edges(connections.length + stated);
  const isIgnored = (from: string, to: string): boolean =>
    ignored.size > 0 && ignored.has(dependencyKey(from, to));
  let lastFrom = '';
  let from: number | undefined;
  connections.forEach((connection, number) => {
    if (connection.from !== lastFrom) {
      lastFrom = connection.from;
      from = indexOf.get(lastFrom);
    }
    if (from === undefined) return;
    const to = indexOf.get(connection.to);
    if (to === undefined || to === from || isIgnored(connection.from, connection.to)) return;
    const coupling = couplingOf(connection.ports);
    const ranks = [numberAt(rank, from), numberAt(rank, to)] as const;
    edges.add(from, to, coupling, dependencyWeight(coupling, connection.observations, ...ranks), number);
  });
  candidates.forEach(({ workload }, index) => {
    for (const { on, kind } of workload.dependsOn) {
      const to = indexOf.get(on);
      if (to === undefined || to === index || isIgnored(workload.id, on)) continue;
      const coupling = couplingCode(kind);
      const ranks = [numberAt(rank, index), numberAt(rank, to)] as const;
      edges.add(index, to, coupling, dependencyWeight(coupling, null, ...ranks), -1);
    }
  });
  return { candidates, indexOf, tier, rank, ...sortEdges(edges, candidates.length) };
}

export const dependencyKey = (from: string, to: string): string => `${from} ${to}`;

export const tierOf = ({ environment }: Pick<WaveCandidate['workload'], 'environment'>): number =>
  TIER[environment ?? 'production'];

function sortEdges(
  { count, ...edges }: Edges,
  numbers: number,
): Pick<DependencyGraph, 'from' | 'to' | 'coupling' | 'weight' | 'connection'> {
  const read = Int32Array.from({ length: count }, (_, i) => i);
  const order = countingSort(countingSort(read, edges.to, numbers), edges.from, numbers);
  return {
    from: order.map((edge) => numberAt(edges.from, edge)),
    to: order.map((edge) => numberAt(edges.to, edge)),
    coupling: Uint8Array.from(order, (edge) => numberAt(edges.coupling, edge)),
    weight: order.map((edge) => numberAt(edges.weight, edge)),
    connection: order.map((edge) => numberAt(edges.connection, edge)),
  };
}
