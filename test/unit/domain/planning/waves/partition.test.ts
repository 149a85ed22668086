import { describe, expect, it } from '@jest/globals';
import { coarsen } from '../../../../../shared/domain/planning/waves/partition/coarsen';
import { partition } from '../../../../../shared/domain/planning/waves/partition/partition';
import { cutWeight, GraphWriter } from '../../../../../shared/domain/planning/waves/partition/weighted-graph';

const LIMITS = { workloads: 20, servers: 150 };
type Edge = readonly [from: number, to: number, weight: number];

/** Every node takes one place of a wave, on one server. */
function graphOf(nodes: number, edges: readonly Edge[]) {
  const told = Array.from({ length: nodes }, (): (readonly [neighbour: number, weight: number])[] => []);
  for (const [from, to, weight] of edges) {
    told[from]?.push([to, weight]);
    told[to]?.push([from, weight]);
  }
  const writer = new GraphWriter(nodes, 2 * edges.length);
  for (const neighbours of told) {
    for (const [neighbour, weight] of neighbours) writer.add(neighbour, weight);
    writer.endNode();
  }
  return writer.graph(new Int32Array(nodes).fill(1), new Int32Array(nodes).fill(1));
}

/** Numbers from 0 to below `most`, the same whenever it runs. */
function drawer(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** Groups of 5 to 20 nodes; nine edges of ten lie within one. Node i is of group `groupOf[i]`, and numbers tell nothing of groups. */
function planted(nodes: number, seed: number) {
  const draw = drawer(seed);
  const order = Array.from({ length: nodes }, (_, i) => ({ i, at: draw(1e9) })).sort((a, b) => a.at - b.at);
  const groups: number[][] = [];
  for (let start = 0; start < nodes; start += groups.at(-1)?.length ?? 1)
    groups.push(order.slice(start, start + 5 + draw(16)).map(({ i }) => i));
  const groupOf = new Int32Array(nodes);
  const edges: Edge[] = [];
  const one = (group: readonly number[]): number => group[draw(group.length)] ?? 0;
  groups.forEach((group, number) => {
    for (const [place, node] of group.entries()) {
      groupOf[node] = number;
      edges.push([node, group[draw(place)] ?? 0, 1 + draw(100)]);
    }
  });
  while (edges.length < nodes * 4) {
    const group = groups[draw(groups.length)] ?? [];
    edges.push([one(group), draw(10) > 0 ? one(group) : draw(nodes), 1 + draw(100)]);
  }
  return { graph: graphOf(nodes, edges), groupOf };
}

describe('cutting a graph', () => {
  it.each([1, 2, 3, 4])(
    'R36 finds groups that were planted, or a lighter cut within 5 percent (%i)',
    (seed) => {
      const { graph, groupOf } = planted(1_000, seed);
      const parts = partition(graph, LIMITS, 0);
      expect(cutWeight(graph, parts)).toBeLessThanOrEqual(cutWeight(graph, groupOf) * 1.05);
      const sizes = new Map<number, number>();
      for (const part of parts) sizes.set(part, (sizes.get(part) ?? 0) + 1);
      expect(Math.max(...sizes.values())).toBeLessThanOrEqual(LIMITS.workloads);
    },
  );

  it('takes few levels for a chain of equals, whose order decides nothing', () => {
    const nodes = 4_000;
    const chain = Array.from({ length: nodes - 1 }, (_, i): Edge => [i, i + 1, 24]);
    const { levels, coarsest } = coarsen(graphOf(nodes, chain), LIMITS);
    expect(levels.length).toBeLessThan(20);
    expect(coarsest.nodes).toBeLessThan(nodes / 10);
  });
});
