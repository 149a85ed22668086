import { PRODUCTION, TIER_NAMES, type DependencyGraph } from './dependency-graph';
import { CRITICAL_RANK } from './dependency-kinds';
import { numberAt } from './partition/number-at';

/** What kind of work these workloads are together: environments that a wave does not mix, critical production apart from the rest. */
export function waveClass({ tier, rank, candidates }: DependencyGraph, members: readonly number[]): string {
  const highest = members.reduce((most, member) => Math.max(most, numberAt(tier, member)), 0);
  const isCritical = members.some((member) => numberAt(rank, member) >= CRITICAL_RANK);
  const isBlocked = members.some((member) => candidates[member]?.isBlocked === true);
  const kind = highest === PRODUCTION && isCritical ? 'critical' : (TIER_NAMES[highest] ?? 'production');
  return isBlocked ? `${kind}, blocked` : kind;
}
