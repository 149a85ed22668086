import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';

/** Workloads that move together because they depend on each other, or because people say so. */
export interface Group {
  /** In rising order, which is that of their ids. */
  readonly members: readonly number[];
  readonly workloads: number;
  readonly servers: number;
  readonly complexity: number;
  readonly risk: number;
  /** Of the member that comes last. */
  readonly precedence: number;
  /** Of the most critical member. */
  readonly rank: number;
  /** Of the member nearest to production. */
  readonly tier: number;
  readonly isBlocked: boolean;
}

export function makeGroup(graph: DependencyGraph, unsorted: readonly number[]): Group {
  const members = [...unsorted].sort((a, b) => a - b);
  const group = {
    workloads: members.length,
    servers: 0,
    complexity: 0,
    risk: 0,
    precedence: 0,
    rank: 0,
    tier: 0,
    isBlocked: false,
  };
  for (const member of members) {
    const candidate = graph.candidates[member];
    if (!candidate) continue;
    group.servers += candidate.workload.servers.length;
    group.complexity += candidate.complexity;
    group.risk += candidate.risk;
    group.precedence = Math.max(group.precedence, candidate.precedence);
    group.rank = Math.max(group.rank, numberAt(graph.rank, member));
    group.tier = Math.max(group.tier, numberAt(graph.tier, member));
    group.isBlocked ||= candidate.isBlocked;
  }
  return { members, ...group };
}
