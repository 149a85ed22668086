import { membersOf, type Blocks } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import { weightedGraph, type WeightedGraph } from './partition/weighted-graph';
import type { SharedServices } from './shared-services';

/**
 * What binds blocks together: dependencies between workloads of one environment, but not those on a shared service. Development does
 * not wait for production, nor production for development: dependencies between environments are bridged (R32).
 */
export class Glue {
  private readonly isFree: Uint8Array;
  /** By workload: where its dependencies begin, and those on it. */
  private readonly outgoing: Int32Array;
  private readonly incoming: Int32Array;
  private readonly incomingEdges: Int32Array;

  constructor(
    private readonly graph: DependencyGraph,
    private readonly blocks: Blocks,
    shared: SharedServices,
  ) {
    const total = graph.candidates.length;
    this.isFree = new Uint8Array(total);
    for (const index of shared.keys()) this.isFree[index] = 1;
    for (const members of blocks.members.values()) {
      // A block of several environments has its own place in their order; nobody else is held to it.
      const isMixed = members.some((member) => graph.tier[member] !== graph.tier[members[0] ?? 0]);
      if (isMixed) for (const member of members) this.isFree[member] = 1;
    }
    this.outgoing = startsOf(graph.from, total);
    this.incoming = startsOf(graph.to, total);
    this.incomingEdges = new Int32Array(graph.to.length);
    const next = this.incoming.slice();
    for (let edge = 0; edge < graph.to.length; edge += 1) {
      const to = numberAt(graph.to, edge);
      this.incomingEdges[numberAt(next, to)] = edge;
      next[to] = numberAt(next, to) + 1;
    }
  }

  private binds(edge: number): boolean {
    const from = numberAt(this.graph.from, edge);
    const to = numberAt(this.graph.to, edge);
    return this.isFree[from] === 0 && this.isFree[to] === 0 && this.graph.tier[from] === this.graph.tier[to];
  }

  /** Blocks that a block is bound to, in rising order, with the weight. */
  neighbours(block: number): readonly (readonly [block: number, weight: number])[] {
    const weights = new Map<number, number>();
    const add = (edge: number, other: number): void => {
      const neighbour = numberAt(this.blocks.blockOf, other);
      if (neighbour === block || !this.binds(edge)) return;
      weights.set(neighbour, (weights.get(neighbour) ?? 0) + numberAt(this.graph.weight, edge));
    };
    for (const member of membersOf(this.blocks, block)) {
      for (let edge = numberAt(this.outgoing, member); edge < numberAt(this.outgoing, member + 1); edge += 1)
        add(edge, numberAt(this.graph.to, edge));
      for (let at = numberAt(this.incoming, member); at < numberAt(this.incoming, member + 1); at += 1) {
        const edge = numberAt(this.incomingEdges, at);
        add(edge, numberAt(this.graph.from, edge));
      }
    }
    return [...weights].sort(([a], [b]) => a - b);
  }

  /** The graph of some blocks alone, numbered in the order given. */
  among(blocks: readonly number[]): WeightedGraph {
    const numberOf = new Map(blocks.map((block, number) => [block, number]));
    const edges = { from: [] as number[], to: [] as number[], weight: [] as number[] };
    blocks.forEach((block, number) => {
      for (const [neighbour, weight] of this.neighbours(block)) {
        const other = numberOf.get(neighbour);
        if (other === undefined || other < number) continue;
        edges.from.push(number);
        edges.to.push(other);
        edges.weight.push(weight);
      }
    });
    const members = blocks.map((block) => membersOf(this.blocks, block));
    const servers = members.map((inside) => inside.reduce((sum, member) => sum + this.serversOf(member), 0));
    return weightedGraph(
      edges,
      Int32Array.from(members, ({ length }) => length),
      Int32Array.from(servers),
    );
  }

  private serversOf(member: number): number {
    return this.graph.candidates[member]?.workload.servers.length ?? 0;
  }

  /** The graph of all; numbers that stand for no block have no workloads. */
  whole(): WeightedGraph {
    const total = this.graph.candidates.length;
    const workloads = new Int32Array(total);
    const servers = new Int32Array(total);
    for (let index = 0; index < total; index += 1) {
      const block = numberAt(this.blocks.blockOf, index);
      workloads[block] = numberAt(workloads, block) + 1;
      servers[block] = numberAt(servers, block) + this.serversOf(index);
    }
    const most = this.graph.from.length;
    const edges = { from: new Int32Array(most), to: new Int32Array(most), weight: new Int32Array(most) };
    let kept = 0;
    for (let edge = 0; edge < most; edge += 1) {
      if (!this.binds(edge)) continue;
      edges.from[kept] = numberAt(this.blocks.blockOf, numberAt(this.graph.from, edge));
      edges.to[kept] = numberAt(this.blocks.blockOf, numberAt(this.graph.to, edge));
      edges.weight[kept] = numberAt(this.graph.weight, edge);
      kept += 1;
    }
    const binding = {
      from: edges.from.subarray(0, kept),
      to: edges.to.subarray(0, kept),
      weight: edges.weight.subarray(0, kept),
    };
    return weightedGraph(binding, workloads, servers);
  }
}

function startsOf(numbers: Int32Array, total: number): Int32Array {
  const starts = new Int32Array(total + 1);
  for (const number of numbers) starts[number + 1] = numberAt(starts, number + 1) + 1;
  for (let i = 0; i < total; i += 1) starts[i + 1] = numberAt(starts, i + 1) + numberAt(starts, i);
  return starts;
}
