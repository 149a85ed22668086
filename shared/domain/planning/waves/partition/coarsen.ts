import { numberAt } from './number-at';
import { contracted, type Limits, type WeightedGraph } from './weighted-graph';

export interface Level {
  readonly graph: WeightedGraph;
  /** By node: its node in the next coarser level. */
  readonly coarse: Int32Array;
}

/** A level that shrinks by less than this ends the coarsening. */
const SHRINKS_TO = 0.98;
/** With fewer pairs than this share of nodes that wish for each other, those left over join whom they can get. */
const FEW_PAIRS = 0.05;

/**
 * Ever coarser pictures of a graph, the finest first: in each, two nodes have joined that are bound to each other more than to any
 * other, as a share of all that binds them, as long as both fit into one part. What is left at the end can't be joined any more.
 */
export function coarsen(
  graph: WeightedGraph,
  limits: Limits,
): { readonly levels: readonly Level[]; readonly coarsest: WeightedGraph } {
  const levels: Level[] = [];
  let current = graph;
  for (;;) {
    const { groupOf, groups } = new Matching(current, limits).groups();
    if (groups === current.nodes || groups > current.nodes * SHRINKS_TO + 1) break;
    levels.push({ graph: current, coarse: groupOf });
    current = contracted(current, groupOf, groups);
  }
  return { levels, coarsest: current };
}

/** Nodes with few neighbours choose first: they have the least choice. */
function bySmallestDegree({ nodes, offsets }: WeightedGraph): Int32Array {
  const degree = (node: number): number => numberAt(offsets, node + 1) - numberAt(offsets, node);
  return Int32Array.from({ length: nodes }, (_, i) => i).sort((a, b) => degree(a) - degree(b) || a - b);
}

class Matching {
  private readonly mate: Int32Array;
  /** By node: all that binds it. */
  private readonly bonds: Float64Array;

  constructor(
    private readonly graph: WeightedGraph,
    private readonly limits: Limits,
  ) {
    const { nodes, offsets, weights } = graph;
    this.mate = new Int32Array(nodes).fill(-1);
    this.bonds = new Float64Array(nodes);
    for (let node = 0; node < nodes; node += 1)
      for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1)
        this.bonds[node] = numberAt(this.bonds, node) + numberAt(weights, at);
  }

  groups(): { readonly groupOf: Int32Array; readonly groups: number } {
    const { nodes } = this.graph;
    if (this.joinMutual() < nodes * FEW_PAIRS) this.joinRest();
    const groupOf = new Int32Array(nodes);
    let groups = 0;
    for (let node = 0; node < nodes; node += 1) {
      const other = numberAt(this.mate, node);
      groupOf[node] = other >= 0 && other < node ? numberAt(groupOf, other) : groups++;
    }
    return { groupOf, groups };
  }

  private joinMutual(): number {
    const wished = Int32Array.from({ length: this.graph.nodes }, (_, node) => this.bestMate(node));
    let pairs = 0;
    wished.forEach((other, node) => {
      if (other <= node || wished[other] !== node) return;
      this.join(node, other);
      pairs += 1;
    });
    return pairs;
  }

  private joinRest(): void {
    for (const node of bySmallestDegree(this.graph)) {
      if (numberAt(this.mate, node) >= 0) continue;
      const chosen = this.bestMate(node);
      if (chosen >= 0) this.join(node, chosen);
    }
  }

  private join(node: number, other: number): void {
    this.mate[node] = other;
    this.mate[other] = node;
  }

  /** The free neighbour that fits, with the largest share of what binds both; -1: none. */
  private bestMate(node: number): number {
    const { offsets, neighbours, weights } = this.graph;
    let best = -1;
    let bestShare = 0;
    let bestLot = 0;
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1) {
      const other = numberAt(neighbours, at);
      if (numberAt(this.mate, other) >= 0 || !this.fit(node, other)) continue;
      const weight = numberAt(weights, at);
      const share = weight / (numberAt(this.bonds, node) + numberAt(this.bonds, other) - weight);
      if (share < bestShare) continue;
      const drawn = lot(node, other);
      if (share === bestShare && drawn <= bestLot) continue;
      best = other;
      bestShare = share;
      bestLot = drawn;
    }
    return best;
  }

  private fit(node: number, other: number): boolean {
    const { workloads, servers } = this.graph;
    return (
      numberAt(workloads, node) + numberAt(workloads, other) <= this.limits.workloads &&
      numberAt(servers, node) + numberAt(servers, other) <= this.limits.servers
    );
  }
}

/**
 * Equal shares are decided as by lot, the same for both nodes and on any machine. By their order, in a long chain of equals only one
 * pair a level would wish for each other.
 */
function lot(node: number, other: number): number {
  const mixed =
    Math.imul(Math.min(node, other) + 1, 0x9e3779b1) ^ Math.imul(Math.max(node, other) + 1, 0x85ebca6b);
  const stirred = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((stirred ^ (stirred >>> 13)) >>> 0) + 1;
}
