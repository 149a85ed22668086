import type { Reason } from '../../../contracts/planning/reason';
import { because, counted } from '../reasons';
import { PRODUCTION, TIER_NAMES, type DependencyGraph } from './dependency-graph';
import { CRITICAL_RANK, LOW_RANK } from './dependency-kinds';
import type { WaveCandidate } from './grouping';
import { numberAt } from './partition/number-at';
import type { SharedServices } from './shared-services';

/** What the workloads of a wave have in common. */
export interface WaveProfile {
  readonly tiers: ReadonlySet<number>;
  readonly rank: number;
  readonly isInternal: boolean;
  /** Of how many nobody has said how critical they are: they count as of medium criticality. */
  readonly unrated: number;
  /** Of the others; 0: there are none. */
  readonly highestRated: number;
  readonly workloads: number;
  readonly services: number;
  readonly blocked: number;
  readonly units: ReadonlySet<string>;
}

export const waveProfile = (
  { graph, shared }: { readonly graph: DependencyGraph; readonly shared: SharedServices },
  members: readonly number[],
  candidates: readonly WaveCandidate[],
): WaveProfile => ({
  tiers: new Set(members.map((member) => numberAt(graph.tier, member))),
  rank: members.reduce((most, member) => Math.max(most, numberAt(graph.rank, member)), 0),
  isInternal: candidates.every(({ workload }) => workload.isInternal === true),
  highestRated: members.reduce((most, member) => {
    const isRated = graph.candidates[member]?.workload.criticality !== null;
    return isRated ? Math.max(most, numberAt(graph.rank, member)) : most;
  }, 0),
  unrated: candidates.filter(({ workload }) => workload.criticality === null).length,
  workloads: members.length,
  services: members.filter((member) => shared.has(member)).length,
  blocked: candidates.filter(({ isBlocked }) => isBlocked).length,
  units: new Set(candidates.flatMap(({ workload }) => workload.businessUnit ?? [])),
});

const RANK_NAMES = ['unknown', 'low', 'medium', 'high', 'mission-critical'] as const;
const criticality = ({ rank }: WaveProfile): string => RANK_NAMES[rank] ?? 'unknown';

export function whyHere(profile: WaveProfile): Reason {
  const facts = { criticality: criticality(profile), internal: profile.isInternal };
  if (profile.services === profile.workloads)
    return because('wave-shared-services', 'R35', { services: profile.services });
  if (!profile.tiers.has(PRODUCTION)) return because('wave-non-production', 'R31', facts);
  if (profile.rank >= CRITICAL_RANK) return because('wave-critical', 'R31', facts);
  return because(profile.rank <= LOW_RANK ? 'wave-low-priority' : 'wave-non-critical', 'R8', facts);
}

export function inOneLine(profile: WaveProfile, servers: number): string {
  const tiers = [...profile.tiers].sort((a, b) => a - b).map((tier) => TIER_NAMES[tier] ?? '');
  const units = [...profile.units].sort();
  const parts = [
    `${counted(profile.workloads, 'workload')} on ${counted(servers, 'server')}`,
    profile.services > 0 ? counted(profile.services, 'shared service') : null,
    profile.tiers.has(PRODUCTION) ? tiers.join(', ') : `non-production only (${tiers.join(', ')})`,
    profile.highestRated > 0 ? `highest criticality ${RANK_NAMES[profile.highestRated] ?? ''}` : null,
    profile.unrated > 0 ? `criticality of ${profile.unrated} unknown` : null,
    profile.isInternal ? 'internal only' : null,
    profile.blocked > 0 ? `${profile.blocked} blocked by open remediations` : null,
    units.length > 0
      ? `${units.slice(0, 3).join(', ')}${units.length > 3 ? ` and ${units.length - 3} more` : ''}`
      : null,
  ];
  return parts
    .filter((part) => part !== null)
    .join('; ')
    .slice(0, 500);
}
