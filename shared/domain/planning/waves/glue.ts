import { membersOf, type Blocks } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import { GraphWriter, type WeightedGraph } from './partition/weighted-graph';
import type { SharedServices } from './shared-services';

/**
 * What binds blocks together: dependencies between workloads of one environment, but not those on a shared service. Development does
 * not wait for production, nor production for development: dependencies between environments are bridged (R32).
 */
export class Glue {
  private readonly isFree: Uint8Array;

  constructor(
    private readonly graph: DependencyGraph,
    private readonly blocks: Blocks,
    shared: SharedServices,
  ) {
    this.isFree = new Uint8Array(graph.candidates.length);
    for (const index of shared.keys()) this.isFree[index] = 1;
    for (const members of blocks.members.values()) {
      // A block of several environments has its own place in their order; nobody else is held to it.
      const isMixed = members.some((member) => graph.tier[member] !== graph.tier[members[0] ?? 0]);
      if (isMixed) for (const member of members) this.isFree[member] = 1;
    }
  }

  private binds(one: number, other: number): boolean {
    const { isFree } = this;
    return isFree[one] === 0 && isFree[other] === 0 && this.graph.tier[one] === this.graph.tier[other];
  }

  /** Every dependency that binds a workload, with the block of its other end, which may be its own. */
  private eachBond(member: number, visit: (block: number, weight: number) => void): void {
    const { outgoing, incoming, from, to, weight } = this.graph;
    const tell = (other: number, edge: number): void => {
      if (this.binds(member, other)) visit(numberAt(this.blocks.blockOf, other), numberAt(weight, edge));
    };
    for (let edge = numberAt(outgoing, member); edge < numberAt(outgoing, member + 1); edge += 1)
      tell(numberAt(to, edge), edge);
    const { starts, places } = incoming;
    for (let at = numberAt(starts, member); at < numberAt(starts, member + 1); at += 1)
      tell(numberAt(from, numberAt(places, at)), numberAt(places, at));
  }

  /** Blocks that a block is bound to, in rising order, with the weight. */
  neighbours(block: number): readonly (readonly [block: number, weight: number])[] {
    const weights = new Map<number, number>();
    for (const member of membersOf(this.blocks, block))
      this.eachBond(member, (neighbour, weight) => {
        if (neighbour !== block) weights.set(neighbour, (weights.get(neighbour) ?? 0) + weight);
      });
    return [...weights].sort(([a], [b]) => a - b);
  }

  /** The graph of some blocks alone, numbered in the order given. */
  among(blocks: readonly number[]): WeightedGraph {
    const numberOf = new Map(blocks.map((block, number) => [block, number]));
    return this.graphOf(
      blocks.map((block) => membersOf(this.blocks, block)),
      (block) => numberOf.get(block) ?? -1,
    );
  }

  /** The graph of all; numbers that stand for no block have no workloads. */
  whole(): WeightedGraph {
    const { blockOf } = this.blocks;
    const members = Array.from(blockOf, (block, index) =>
      block === index ? membersOf(this.blocks, block) : [],
    );
    return this.graphOf(members, (block) => block);
  }

  /** By node its members; `nodeOf`: the node of a block, or -1. */
  private graphOf(members: readonly (readonly number[])[], nodeOf: (block: number) => number): WeightedGraph {
    const { outgoing, incoming, candidates } = this.graph;
    const ends = (starts: Int32Array, member: number): number =>
      numberAt(starts, member + 1) - numberAt(starts, member);
    let most = 0;
    for (const inside of members)
      for (const member of inside) most += ends(outgoing, member) + ends(incoming.starts, member);
    const writer = new GraphWriter(members.length, most);
    const add = (block: number, weight: number): void => {
      const node = nodeOf(block);
      if (node >= 0) writer.add(node, weight);
    };
    const servers = new Int32Array(members.length);
    for (const [node, inside] of members.entries()) {
      for (const member of inside) {
        this.eachBond(member, add);
        servers[node] = numberAt(servers, node) + (candidates[member]?.workload.servers.length ?? 0);
      }
      writer.endNode();
    }
    return writer.graph(
      Int32Array.from(members, ({ length }) => length),
      servers,
    );
  }
}
