import type { Blocks } from './blocks';
import { membersOf } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import type { Glue } from './glue';
import { makeGroup, type Group } from './groups';
import { numberAt } from './partition/number-at';
import { partition } from './partition/partition';
import { subgraph, type Limits, type WeightedGraph } from './partition/weighted-graph';
import { withoutBlockedFollowers } from './blocked-followers';
import { separated, type Separation } from './separate';

/** Pairs of nodes that the searches after cutting may look at, all together: a second or so, whatever the portfolio. */
const EFFORT = 60_000_000;

/** All workloads in groups that fit into a wave; dependencies are cut only where they have to be. */
export function buildGroups(
  graph: DependencyGraph,
  blocks: Blocks,
  bonds: Glue,
  limits: Limits,
  separation: Separation,
): Group[] {
  const glue = bonds.whole();
  const components = componentsOf(glue);
  const tooLarge = components.filter((component) => !fits(glue, component, limits));
  const effort = Math.floor(EFFORT / Math.max(1, tooLarge.length));
  const numberOf = new Int32Array(glue.nodes).fill(-1);
  const cut = (component: readonly number[], within: Limits): number[][] => {
    const part = partition(subgraph(glue, component, numberOf), within, effort);
    const parts: number[][] = [];
    component.forEach((block, i) => (parts[numberAt(part, i)] ??= []).push(block));
    return parts;
  };
  return components
    .flatMap((component) => (fits(glue, component, limits) ? [component] : cut(component, limits)))
    .flatMap((group) => withoutBlockedFollowers(graph, blocks, group))
    .flatMap((group) => separated(bonds, group, separation))
    .flatMap((group) => {
      const cap = separation.capOf(group);
      const workloads = group.reduce((sum, block) => sum + numberAt(glue.workloads, block), 0);
      return workloads <= cap ? [group] : cut(group, { ...limits, workloads: cap });
    })
    .map((group) =>
      makeGroup(
        graph,
        group.flatMap((block) => membersOf(blocks, block)),
      ),
    );
}

const sum = (list: ArrayLike<number>, at: readonly number[]): number =>
  at.reduce((total, index) => total + numberAt(list, index), 0);

const fits = ({ workloads, servers }: WeightedGraph, nodes: readonly number[], limits: Limits): boolean =>
  (nodes.length === 1 || sum(workloads, nodes) <= limits.workloads) &&
  (nodes.length === 1 || sum(servers, nodes) <= limits.servers);

/** In the order of their first block; numbers that stand for no block are left out. */
function componentsOf({ nodes, offsets, neighbours, workloads }: WeightedGraph): number[][] {
  const seen = new Uint8Array(nodes);
  const components: number[][] = [];
  for (let start = 0; start < nodes; start += 1) {
    if (seen[start] === 1 || workloads[start] === 0) continue;
    seen[start] = 1;
    const component = [start];
    for (let next = 0; next < component.length; next += 1) {
      const node = component[next] ?? 0;
      for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1) {
        const neighbour = numberAt(neighbours, at);
        if (seen[neighbour] === 1) continue;
        seen[neighbour] = 1;
        component.push(neighbour);
      }
    }
    components.push(component.sort((a, b) => a - b));
  }
  return components;
}
