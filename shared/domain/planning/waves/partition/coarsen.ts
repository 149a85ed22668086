import { numberAt } from './number-at';
import { contracted, type Limits, type WeightedGraph } from './weighted-graph';

export interface Level {
  readonly graph: WeightedGraph;
  /** By node: its node in the next coarser level. */
  readonly coarse: Int32Array;
}

/** A level that shrinks by less than this ends the coarsening. */
const SHRINKS_TO = 0.98;

/**
 * Ever coarser pictures of a graph, the finest first: in each, every node has joined the neighbour that it is bound to most for their
 * size, as long as both fit into one part. What is left at the end can't be joined any more.
 */
export function coarsen(
  graph: WeightedGraph,
  limits: Limits,
): { readonly levels: readonly Level[]; readonly coarsest: WeightedGraph } {
  const levels: Level[] = [];
  let current = graph;
  for (;;) {
    const { groupOf, groups } = matched(current, limits);
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

function matched(
  graph: WeightedGraph,
  limits: Limits,
): { readonly groupOf: Int32Array; readonly groups: number } {
  const mate = new Int32Array(graph.nodes).fill(-1);
  for (const node of bySmallestDegree(graph)) {
    if (numberAt(mate, node) >= 0) continue;
    const chosen = bestMate(graph, node, mate, limits);
    if (chosen < 0) continue;
    mate[node] = chosen;
    mate[chosen] = node;
  }
  const groupOf = new Int32Array(graph.nodes);
  let groups = 0;
  for (let node = 0; node < graph.nodes; node += 1) {
    const other = numberAt(mate, node);
    groupOf[node] = other >= 0 && other < node ? numberAt(groupOf, other) : groups++;
  }
  return { groupOf, groups };
}

function bestMate(graph: WeightedGraph, node: number, mate: Int32Array, limits: Limits): number {
  let best = -1;
  let bestRating = 0;
  for (let at = numberAt(graph.offsets, node); at < numberAt(graph.offsets, node + 1); at += 1) {
    const other = numberAt(graph.neighbours, at);
    if (numberAt(mate, other) >= 0) continue;
    const workloads = numberAt(graph.workloads, node) + numberAt(graph.workloads, other);
    const servers = numberAt(graph.servers, node) + numberAt(graph.servers, other);
    if (workloads > limits.workloads || servers > limits.servers) continue;
    const rating = numberAt(graph.weights, at) / numberAt(graph.workloads, other);
    if (rating > bestRating) {
      best = other;
      bestRating = rating;
    }
  }
  return best;
}
