import { membersOf, type Blocks } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { CRITICAL_RANK } from './dependency-kinds';
import { numberAt } from './partition/number-at';

/**
 * Takes those workloads out of a group that would hold up critical work for nothing (R8): they are blocked by an open remediation,
 * are less than highly critical, and no critical workload of the group depends on them, directly or through others.
 */
export function withoutBlockedFollowers(
  graph: DependencyGraph,
  blocks: Blocks,
  group: readonly number[],
): (readonly number[])[] {
  if (group.length < 2) return [group];
  const members = group.flatMap((block) => membersOf(blocks, block));
  const isCritical = (index: number): boolean => numberAt(graph.rank, index) >= CRITICAL_RANK;
  const isBlocked = (index: number): boolean => graph.candidates[index]?.isBlocked === true;
  if (!members.some(isCritical) || !members.some((member) => isBlocked(member) && !isCritical(member)))
    return [group];
  const needed = neededBy(graph, members.filter(isCritical), new Set(members));
  const holdsUp = (block: number): boolean => {
    const inside = membersOf(blocks, block);
    return inside.some(isBlocked) && !inside.some((member) => needed.has(member));
  };
  const kept = group.filter((block) => !holdsUp(block));
  return [...(kept.length > 0 ? [kept] : []), ...group.filter(holdsUp).map((block) => [block])];
}

/** The workloads given and all that they depend on, within the set. */
function neededBy(
  graph: DependencyGraph,
  start: readonly number[],
  within: ReadonlySet<number>,
): ReadonlySet<number> {
  const needed = new Set(start);
  const open = [...start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (let edge = numberAt(graph.outgoing, index); edge < numberAt(graph.outgoing, index + 1); edge += 1) {
      const used = numberAt(graph.to, edge);
      if (!within.has(used) || needed.has(used)) continue;
      needed.add(used);
      open.push(used);
    }
  }
  return needed;
}
