import { coarsen } from './coarsen';
import { numberAt } from './number-at';
import { refine } from './refine';
import { MOST_SEARCHED, search } from './search';
import { contracted, cutWeight, type Limits, type WeightedGraph } from './weighted-graph';

const MOST_ROUNDS = 4;
const STEPS_PER_NODE = 40;

/**
 * Parts of a graph, none above the limits, with a light cut between them: by node the number of its part, from 0 without gaps. A node
 * above the limits is a part alone. Multilevel: joined bottom-up, refined top-down, and once more with the parts as they came out,
 * until that wins nothing. `effort` bounds the search that follows on a small graph: pairs of nodes that may be looked at.
 */
export function partition(graph: WeightedGraph, limits: Limits, effort: number): Int32Array {
  let partOf = withoutGaps(Int32Array.from({ length: graph.nodes }, (_, i) => i)).partOf;
  let weight = Infinity;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = joined(graph, partOf, limits);
    refine(graph, next, limits);
    const nextWeight = cutWeight(graph, next);
    if (nextWeight >= weight) break;
    partOf = next;
    weight = nextWeight;
  }
  if (graph.nodes <= MOST_SEARCHED && weight > 0) {
    const steps = Math.min(STEPS_PER_NODE * graph.nodes, Math.floor(effort / graph.nodes ** 2));
    search(graph, partOf, limits, steps);
  }
  return withoutGaps(partOf).partOf;
}

/** Starts with parts as they are, joins those that fit, and refines on every level on the way back. */
function joined(graph: WeightedGraph, start: Int32Array, limits: Limits): Int32Array {
  const { partOf: group, parts } = withoutGaps(start);
  const joinedSoFar = parts === graph.nodes ? graph : contracted(graph, group, parts);
  const { levels, coarsest } = coarsen(joinedSoFar, limits);
  let partOf = Int32Array.from({ length: coarsest.nodes }, (_, i) => i);
  refine(coarsest, partOf, limits);
  for (const { graph: finer, coarse } of levels.toReversed()) {
    const above = partOf;
    partOf = coarse.map((node) => numberAt(above, node));
    refine(finer, partOf, limits);
  }
  const found = partOf;
  return group.map((node) => numberAt(found, node));
}

/** Parts numbered anew in the order of their first node. */
function withoutGaps(partOf: Int32Array): { readonly partOf: Int32Array; readonly parts: number } {
  const numberOf = new Int32Array(partOf.reduce((most, part) => Math.max(most, part + 1), 0)).fill(-1);
  let parts = 0;
  const renumbered = partOf.map((part) => {
    if (numberAt(numberOf, part) < 0) numberOf[part] = parts++;
    return numberAt(numberOf, part);
  });
  return { partOf: renumbered, parts };
}
