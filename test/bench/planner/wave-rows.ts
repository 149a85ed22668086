import loadHighs from 'highs';
import { partition } from '../../../shared/domain/planning/waves/partition/partition';
import {
  cutWeight,
  weightedGraph,
  type Limits,
  type WeightedGraph,
} from '../../../shared/domain/planning/waves/partition/weighted-graph';
import type { WaveGrouping, WaveGroupingInput } from '../../../shared/domain/planning/waves/grouping';
import { groupIntoWaves } from '../../../shared/domain/planning/waves/group-into-waves';
import type { BenchRow } from '../bench';
import { estateOf, randomNumbers } from './estate';

type Say = (line: string) => void;

const SIZES = [100, 1_000, 10_000, 100_000];
const INSTANCES = 10;
const NODES = 14;
const LIMITS: Limits = { workloads: 5, servers: 14 };

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function timed<T>(work: () => T): { readonly seconds: number; readonly result: T } {
  const start = performance.now();
  const result = work();
  return { seconds: (performance.now() - start) / 1_000, result };
}

const row = (name: string, unit: string, ours: number, more: Partial<BenchRow> = {}): BenchRow => ({
  name,
  unit,
  better: 'lower',
  ours,
  peers: {},
  limit: null,
  ...more,
});

/** Grouping alone, from nothing and after one pin, at each size. */
export async function waveRows(rounds: number, seed: number, say: Say): Promise<BenchRow[]> {
  return SIZES.flatMap((size) => {
    say(`waves of ${size} workloads`);
    const input = estateOf(size, seed);
    const plans: number[] = [];
    const replans: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // A list of its own each round: nothing of it has been read before.
      const fresh = { ...input, connections: [...input.connections] };
      const { seconds, result } = timed(() => groupIntoWaves(fresh));
      plans.push(seconds);
      replans.push(timed(() => groupIntoWaves(pinned(fresh, result))).seconds);
    }
    const thousands = size >= 1_000 ? `${size / 1_000}k` : `${size}`;
    return [
      row(`waves-${thousands}`, 's', median(plans)),
      row(`waves-again-${thousands}`, 's', median(replans)),
    ];
  });
}

const pinned = (input: WaveGroupingInput, { waves }: WaveGrouping): WaveGroupingInput => ({
  ...input,
  previous: waves,
  edits: [
    {
      kind: 'pin',
      workloadId: waves[Math.floor(waves.length / 2)]?.workloadIds[0] ?? '',
      wave: waves.length - 1,
      reason: 'asked for',
    },
  ],
});

/** The cut of small graphs beside the lightest there is under the same limits, and beside chunks of components in order of ids. */
export async function cutRows(_rounds: number, seed: number, say: Say): Promise<BenchRow[]> {
  const highs = await loadHighs();
  const sums = { ours: 0, best: 0, chunks: 0, above: 0 };
  for (let instance = 0; instance < INSTANCES; instance += 1) {
    say(`cut-weight: instance ${instance + 1} of ${INSTANCES}`);
    const graph = smallGraph(randomNumbers(seed * 1_000 + instance));
    const parts = partition(graph, LIMITS, 1e7);
    const solved = highs.solve(exactModel(graph));
    if (solved.Status !== 'Optimal') throw new Error(`instance ${instance}: HiGHS says ${solved.Status}`);
    sums.ours += cutWeight(graph, parts);
    sums.best += totalWeight(graph) - solved.ObjectiveValue;
    sums.chunks += cutWeight(graph, chunks(graph));
    sums.above += aboveLimits(graph, parts);
  }
  return [
    row('cut-weight', 'weight', sums.ours, {
      peers: { 'components in chunks': sums.chunks },
      limit: sums.best,
    }),
    row('cut-weight-violations', 'parts', sums.above),
  ];
}

/** One component, in which three sorts of nodes like their own. */
function smallGraph(random: () => number): WeightedGraph {
  const edges = { from: [] as number[], to: [] as number[], weight: [] as number[] };
  for (let from = 0; from < NODES; from += 1) {
    for (let to = from + 1; to < NODES; to += 1) {
      const isNear = from % 3 === to % 3;
      if (to !== from + 1 && random() > (isNear ? 0.6 : 0.15)) continue;
      edges.from.push(from);
      edges.to.push(to);
      edges.weight.push(1 + Math.floor(random() * (isNear ? 300 : 100)));
    }
  }
  const servers = Int32Array.from({ length: NODES }, () => 1 + Math.floor(random() * 4));
  return weightedGraph(edges, new Int32Array(NODES).fill(1), servers);
}

const totalWeight = ({ weights }: WeightedGraph): number =>
  weights.reduce((sum, weight) => sum + weight, 0) / 2;

/** Which pairs share a part: maximises what stays together, over all pairs, with the triangles that make it a partition. */
function exactModel({ offsets, neighbours, weights, servers }: WeightedGraph): string {
  const pair = (a: number, b: number): string => (a < b ? `x_${a}_${b}` : `x_${b}_${a}`);
  const nodes = Array.from({ length: NODES }, (_, node) => node);
  const pairs = nodes.flatMap((a) => nodes.slice(a + 1).map((b) => pair(a, b)));
  const kept = nodes.flatMap((a) =>
    [...neighbours.slice(offsets[a], offsets[a + 1])].flatMap((b, at) =>
      b > a ? [`${weights[(offsets[a] ?? 0) + at] ?? 0} ${pair(a, b)}`] : [],
    ),
  );
  const triangles = nodes.flatMap((a) =>
    nodes.flatMap((b) =>
      nodes
        .filter((c) => b < c && a !== b && a !== c)
        .map((c) => `${pair(a, b)} + ${pair(a, c)} - ${pair(b, c)} <= 1`),
    ),
  );
  const limits = nodes.flatMap((a) => {
    const others = nodes.filter((b) => b !== a);
    return [
      `${others.map((b) => pair(a, b)).join(' + ')} <= ${LIMITS.workloads - 1}`,
      `${others.map((b) => `${servers[b] ?? 0} ${pair(a, b)}`).join(' + ')} <= ${LIMITS.servers - (servers[a] ?? 0)}`,
    ];
  });
  const rules = [...triangles, ...limits].map((rule, number) => ` r${number}: ${rule}`);
  return [
    'Maximize',
    ` obj: ${kept.join(' + ')}`,
    'Subject To',
    ...rules,
    'Binary',
    ` ${pairs.join(' ')}`,
    'End',
  ].join('\n');
}

/** Filled one after the other, in order of ids. */
function chunks({ workloads, servers }: WeightedGraph): Int32Array {
  let part = 0;
  const load = { workloads: 0, servers: 0 };
  return workloads.map((size, node) => {
    const more = servers[node] ?? 0;
    if (load.workloads + size > LIMITS.workloads || load.servers + more > LIMITS.servers) {
      part += 1;
      Object.assign(load, { workloads: 0, servers: 0 });
    }
    load.workloads += size;
    load.servers += more;
    return part;
  });
}

function aboveLimits({ servers }: WeightedGraph, parts: Int32Array): number {
  return [...new Set(parts)].filter((part) => {
    const members = [...parts].flatMap((own, node) => (own === part ? [servers[node] ?? 0] : []));
    const total = members.reduce((sum, own) => sum + own, 0);
    return members.length > LIMITS.workloads || total > LIMITS.servers;
  }).length;
}
