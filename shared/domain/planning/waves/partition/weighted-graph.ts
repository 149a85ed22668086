import { numberAt } from './number-at';

/**
 * Dependencies without direction. The neighbours of node i are `neighbours[offsets[i]]` up to `offsets[i + 1]`, each once, in rising
 * order, with the weight of what binds them. A node costs places of a wave (`workloads`) and servers.
 */
export interface WeightedGraph {
  readonly nodes: number;
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  readonly weights: Float64Array;
  readonly workloads: Int32Array;
  readonly servers: Int32Array;
}

export interface Limits {
  readonly workloads: number;
  readonly servers: number;
}

export interface EdgeLists {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** The graph of edges in any order and direction; parallel ones are added up, loops are left out. Weights must be whole numbers. */
export function weightedGraph(
  { from, to, weight }: EdgeLists,
  workloads: Int32Array,
  servers: Int32Array,
): WeightedGraph {
  const nodes = workloads.length;
  const starts = new Int32Array(nodes + 1);
  const count = (node: number): void => void (starts[node + 1] = numberAt(starts, node + 1) + 1);
  for (let edge = 0; edge < from.length; edge += 1) {
    if (from[edge] === to[edge]) continue;
    count(numberAt(from, edge));
    count(numberAt(to, edge));
  }
  for (let i = 0; i < nodes; i += 1) starts[i + 1] = numberAt(starts, i + 1) + numberAt(starts, i);
  const other = new Int32Array(numberAt(starts, nodes));
  const heavy = new Float64Array(other.length);
  const next = starts.slice();
  const put = (node: number, neighbour: number, value: number): void => {
    const position = numberAt(next, node);
    other[position] = neighbour;
    heavy[position] = value;
    next[node] = position + 1;
  };
  for (let edge = 0; edge < from.length; edge += 1) {
    if (from[edge] === to[edge]) continue;
    put(numberAt(from, edge), numberAt(to, edge), numberAt(weight, edge));
    put(numberAt(to, edge), numberAt(from, edge), numberAt(weight, edge));
  }
  return { ...transposed(nodes, starts, other, heavy), workloads, servers };
}

/** A symmetric list of neighbours turned over: each node's come out in rising order, and parallel ones are merged. */
function transposed(
  nodes: number,
  starts: Int32Array,
  other: Int32Array,
  heavy: Float64Array,
): Pick<WeightedGraph, 'nodes' | 'offsets' | 'neighbours' | 'weights'> {
  const next = starts.slice(0, nodes);
  const neighbours = new Int32Array(other.length);
  const weights = new Float64Array(other.length);
  for (let node = 0; node < nodes; node += 1) {
    for (let at = numberAt(starts, node); at < numberAt(starts, node + 1); at += 1) {
      const target = numberAt(other, at);
      const position = numberAt(next, target);
      const isParallel = position > numberAt(starts, target) && neighbours[position - 1] === node;
      const place = isParallel ? position - 1 : position;
      neighbours[place] = node;
      weights[place] = numberAt(weights, place) + numberAt(heavy, at);
      next[target] = place + 1;
    }
  }
  return packed(nodes, starts, next, neighbours, weights);
}

/** Closes the gaps that merged edges left. */
function packed(
  nodes: number,
  starts: Int32Array,
  ends: Int32Array,
  neighbours: Int32Array,
  weights: Float64Array,
): Pick<WeightedGraph, 'nodes' | 'offsets' | 'neighbours' | 'weights'> {
  const offsets = new Int32Array(nodes + 1);
  let kept = 0;
  for (let node = 0; node < nodes; node += 1) {
    for (let at = numberAt(starts, node); at < numberAt(ends, node); at += 1, kept += 1) {
      neighbours[kept] = numberAt(neighbours, at);
      weights[kept] = numberAt(weights, at);
    }
    offsets[node + 1] = kept;
  }
  return { nodes, offsets, neighbours: neighbours.slice(0, kept), weights: weights.slice(0, kept) };
}

/** Each group of nodes as one node: what a partition looks like from further away. `groupOf` numbers groups from 0 without gaps. */
export function contracted(graph: WeightedGraph, groupOf: Int32Array, groups: number): WeightedGraph {
  const workloads = new Int32Array(groups);
  const servers = new Int32Array(groups);
  const from = new Int32Array(graph.neighbours.length / 2);
  const to = new Int32Array(from.length);
  const weight = new Float64Array(from.length);
  let edges = 0;
  for (let node = 0; node < graph.nodes; node += 1) {
    const group = numberAt(groupOf, node);
    workloads[group] = numberAt(workloads, group) + numberAt(graph.workloads, node);
    servers[group] = numberAt(servers, group) + numberAt(graph.servers, node);
    for (let at = numberAt(graph.offsets, node); at < numberAt(graph.offsets, node + 1); at += 1) {
      const neighbour = numberAt(graph.neighbours, at);
      if (neighbour < node) continue;
      from[edges] = group;
      to[edges] = numberAt(groupOf, neighbour);
      weight[edges] = numberAt(graph.weights, at);
      edges += 1;
    }
  }
  const kept = {
    from: from.subarray(0, edges),
    to: to.subarray(0, edges),
    weight: weight.subarray(0, edges),
  };
  return weightedGraph(kept, workloads, servers);
}

/** The graph of some nodes alone, numbered in the order given; `numberOf` is scratch that holds -1 for every node, and does again. */
export function subgraph(
  graph: WeightedGraph,
  members: readonly number[],
  numberOf: Int32Array,
): WeightedGraph {
  members.forEach((member, number) => (numberOf[member] = number));
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  for (const member of members) {
    for (let at = numberAt(graph.offsets, member); at < numberAt(graph.offsets, member + 1); at += 1) {
      const neighbour = numberAt(graph.neighbours, at);
      if (neighbour < member || numberAt(numberOf, neighbour) < 0) continue;
      from.push(numberAt(numberOf, member));
      to.push(numberAt(numberOf, neighbour));
      weight.push(numberAt(graph.weights, at));
    }
  }
  for (const member of members) numberOf[member] = -1;
  const workloads = Int32Array.from(members, (member) => numberAt(graph.workloads, member));
  const servers = Int32Array.from(members, (member) => numberAt(graph.servers, member));
  return weightedGraph({ from, to, weight }, workloads, servers);
}

/** The weight of all edges whose ends are in different parts. */
export function cutWeight(graph: WeightedGraph, partOf: ArrayLike<number>): number {
  let sum = 0;
  for (let node = 0; node < graph.nodes; node += 1) {
    for (let at = numberAt(graph.offsets, node); at < numberAt(graph.offsets, node + 1); at += 1) {
      const neighbour = numberAt(graph.neighbours, at);
      if (neighbour > node && partOf[node] !== partOf[neighbour]) sum += numberAt(graph.weights, at);
    }
  }
  return sum;
}
