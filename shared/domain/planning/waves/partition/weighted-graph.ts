import { numberAt } from './number-at';
import { placesByNumber } from './places-by-number';

/**
 * Dependencies without direction. The neighbours of node i are `neighbours[offsets[i]]` up to `offsets[i + 1]`, each once, with the
 * weight of what binds them. A node costs places of a wave (`workloads`) and servers.
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

/** Writes a graph node after node. Each edge is told of both its ends, with the same weight: a whole number. */
export class GraphWriter {
  private readonly offsets: Int32Array;
  private readonly neighbours: Int32Array;
  private readonly weights: Float64Array;
  /** By neighbour: where it stands, if not before the node that is written. */
  private readonly placeOf: Int32Array;
  private node = 0;
  private written = 0;

  /** `most`: how often an edge is told of an end, at most. */
  constructor(nodes: number, most: number) {
    this.offsets = new Int32Array(nodes + 1);
    this.neighbours = new Int32Array(most);
    this.weights = new Float64Array(most);
    this.placeOf = new Int32Array(nodes).fill(-1);
  }

  /** An edge of the node. Parallel ones are added up, loops are left out. */
  add(neighbour: number, weight: number): void {
    if (neighbour === this.node) return;
    const place = numberAt(this.placeOf, neighbour);
    if (place >= numberAt(this.offsets, this.node)) {
      this.weights[place] = numberAt(this.weights, place) + weight;
      return;
    }
    this.placeOf[neighbour] = this.written;
    this.neighbours[this.written] = neighbour;
    this.weights[this.written] = weight;
    this.written += 1;
  }

  /** All edges of the node are told. */
  endNode(): void {
    this.node += 1;
    this.offsets[this.node] = this.written;
  }

  graph(workloads: Int32Array, servers: Int32Array): WeightedGraph {
    const { offsets, written } = this;
    const neighbours = this.neighbours.subarray(0, written);
    const weights = this.weights.subarray(0, written);
    return { nodes: workloads.length, offsets, neighbours, weights, workloads, servers };
  }
}

/** Each group of nodes as one node: what a partition looks like from further away. `groupOf` numbers groups from 0 without gaps. */
export function contracted(graph: WeightedGraph, groupOf: Int32Array, groups: number): WeightedGraph {
  const workloads = new Int32Array(groups);
  const servers = new Int32Array(groups);
  const writer = new GraphWriter(groups, graph.neighbours.length);
  const { starts, places } = placesByNumber(groupOf, groups);
  for (let group = 0; group < groups; group += 1) {
    for (let place = numberAt(starts, group); place < numberAt(starts, group + 1); place += 1) {
      const node = numberAt(places, place);
      workloads[group] = numberAt(workloads, group) + numberAt(graph.workloads, node);
      servers[group] = numberAt(servers, group) + numberAt(graph.servers, node);
      for (let at = numberAt(graph.offsets, node); at < numberAt(graph.offsets, node + 1); at += 1)
        writer.add(numberAt(groupOf, numberAt(graph.neighbours, at)), numberAt(graph.weights, at));
    }
    writer.endNode();
  }
  return writer.graph(workloads, servers);
}

/** The graph of some nodes alone, numbered in the order given; `numberOf` is scratch that holds -1 for every node, and does again. */
export function subgraph(
  graph: WeightedGraph,
  members: readonly number[],
  numberOf: Int32Array,
): WeightedGraph {
  let most = 0;
  members.forEach((member, number) => {
    numberOf[member] = number;
    most += numberAt(graph.offsets, member + 1) - numberAt(graph.offsets, member);
  });
  const writer = new GraphWriter(members.length, most);
  for (const member of members) {
    for (let at = numberAt(graph.offsets, member); at < numberAt(graph.offsets, member + 1); at += 1) {
      const number = numberAt(numberOf, numberAt(graph.neighbours, at));
      if (number >= 0) writer.add(number, numberAt(graph.weights, at));
    }
    writer.endNode();
  }
  for (const member of members) numberOf[member] = -1;
  const workloads = Int32Array.from(members, (member) => numberAt(graph.workloads, member));
  const servers = Int32Array.from(members, (member) => numberAt(graph.servers, member));
  return writer.graph(workloads, servers);
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
