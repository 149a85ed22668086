import type { Reason } from '../../../contracts/planning/reason';
import type { CutDependency } from '../../../contracts/planning/plan';
import { because, counted, quoted, told, type Facts, type Sentences } from '../reasons';
import { PRODUCTION, TIER_NAMES, type DependencyGraph } from './dependency-graph';
import { CRITICAL_RANK, LOW_RANK } from './dependency-kinds';
import type { GroupedWave, WaveCandidate } from './grouping';
import { numberAt } from './partition/number-at';
import type { SharedServices } from './shared-services';
import type { TakenOver } from './taken-over';
import type { BoardWave } from './wave-board';
import { inWords, workloadsOf, type PlacingEdit } from './wave-edits';

export interface Described {
  readonly graph: DependencyGraph;
  readonly shared: SharedServices;
  readonly waves: readonly BoardWave[];
  readonly waveOf: Int32Array;
  readonly placing: readonly PlacingEdit[];
  readonly cuts: readonly CutDependency[];
  /** What there was; null: planned from nothing. */
  readonly before: WavesBefore | null;
  readonly taken: TakenOver | null;
}

/** Waves there were, by the workloads that are still planned. */
export interface WavesBefore {
  /** By workload: the position it had; -1: none. */
  readonly waveOf: Int32Array;
  /** By position: how many workloads it had. */
  readonly sizes: readonly number[];
  /** By workload: 1 where it never left the wave it had. */
  readonly isKept: Uint8Array;
}

/** Everything a reader is told of each wave. Waves are in order and none is empty. */
export function describeWaves(plan: Described): GroupedWave[] {
  const taken = plan.waves.map((_, position) => plan.taken?.wave(position) ?? null);
  const before = precedingWaves(plan, taken);
  const cuts = cutsByWave(plan);
  const edits = editsByWave(plan);
  const bound = dependentsByWave(plan);
  return plan.waves.map((wave, position) => {
    const said = taken[position];
    if (said) return said;
    const members = [...wave.members].sort((a, b) => a - b);
    const candidates = members.flatMap((member) => plan.graph.candidates[member] ?? []);
    const { environments, services } = before[position] ?? NOTHING_BEFORE;
    const sum = (of: (candidate: WaveCandidate) => number): number =>
      candidates.reduce((total, candidate) => total + of(candidate), 0);
    const figures = {
      servers: sum(({ workload }) => workload.servers.length),
      complexity: sum(({ complexity }) => complexity),
      risk: sum(({ risk }) => risk),
    };
    const profile = profileOf(plan, members, candidates);
    const dependents = numberAt(bound, position);
    const reasons: Reason[] = [
      whyHere(profile),
      because('wave-size', 'R30', { workloads: members.length, ...figures }),
      ...(dependents > 0 ? [because('wave-dependents', 'R35', { dependencies: dependents })] : []),
      ...(services.size > 0 ? [because('wave-after-services', 'R35', { waves: listed(services) })] : []),
      ...(environments.size > 0
        ? [
            because('wave-after-environments', 'R32', { waves: listed(environments) }),
            because('wave-rehearsed', 'R33', { waves: listed(environments) }),
          ]
        : []),
      ...(profile.blocked > 0 ? [because('wave-blocked', 'R8', { blocked: profile.blocked })] : []),
      ...(cuts[position] ?? []),
      ...(edits.get(position) ?? []),
      ...keptReason(plan.before, members),
    ];
    return {
      number: position + 1,
      workloadIds: candidates.map(({ workload }) => workload.id),
      after: [...new Set([...environments, ...services])].sort((a, b) => a - b).map((at) => at + 1),
      summary: inOneLine(profile, figures.servers),
      ...figures,
      reasons,
    };
  });
}

interface Before {
  readonly environments: ReadonlySet<number>;
  readonly services: ReadonlySet<number>;
}
const NOTHING_BEFORE: Before = { environments: new Set(), services: new Set() };

const listed = (positions: ReadonlySet<number>): string => {
  const numbers = [...positions].sort((a, b) => a - b).map((position) => position + 1);
  const shown = numbers.slice(0, 20).join(', ');
  return numbers.length > 20 ? `${shown} and ${numbers.length - 20} more` : shown;
};

/** By wave: those with earlier environments of its applications, and those with shared services that it uses. */
function precedingWaves(
  { graph, shared, waves, waveOf }: Described,
  taken: readonly (GroupedWave | null)[],
): Before[] {
  const earlier = new Map<number, readonly number[]>();
  const before = waves.map(({ members }, position) => {
    const environments = new Set<number>();
    if (taken[position]) return { environments, services: environments };
    for (const member of members) {
      const application = numberAt(graph.applicationOf, member);
      const beside = graph.workloadsOfApplication[application] ?? [];
      const tier = numberAt(graph.tier, member);
      if (beside.length < 2 || tier === 0) continue;
      // Of an application with very many workloads the same waves would be collected for each of them.
      const key = application * TIER_NAMES.length + tier;
      const found = earlier.get(key) ?? wavesBelow(graph, waveOf, beside, tier);
      earlier.set(key, found);
      for (const position of found) environments.add(position);
    }
    return { environments, services: new Set<number>() };
  });
  if (shared.size === 0) return before;
  const isEarly = new Uint8Array(graph.candidates.length);
  for (const [index, { placement }] of shared) isEarly[index] = placement === 'early' ? 1 : 0;
  for (let edge = 0; edge < graph.from.length; edge += 1) {
    const to = numberAt(graph.to, edge);
    if (isEarly[to] !== 1) continue;
    const [user, service] = [numberAt(waveOf, numberAt(graph.from, edge)), numberAt(waveOf, to)];
    if (service < user && !taken[user]) before[user]?.services.add(service);
  }
  return before;
}

/** The waves of those of an application's workloads that are of an earlier environment. */
function wavesBelow(
  graph: DependencyGraph,
  waveOf: Int32Array,
  workloads: readonly number[],
  tier: number,
): readonly number[] {
  const earlier = workloads.filter((other) => numberAt(graph.tier, other) < tier);
  return [...new Set(earlier.map((other) => numberAt(waveOf, other)))];
}

/** How many dependencies stay within each wave. */
function dependentsByWave({ graph, waves, waveOf }: Described): Int32Array {
  const counts = new Int32Array(waves.length);
  for (let edge = 0; edge < graph.from.length; edge += 1) {
    const wave = numberAt(waveOf, numberAt(graph.from, edge));
    if (wave === numberAt(waveOf, numberAt(graph.to, edge))) counts[wave] = numberAt(counts, wave) + 1;
  }
  return counts;
}

function cutsByWave({ waves, cuts }: Described): (readonly Reason[])[] {
  const counts = new Int32Array(waves.length);
  const weights = new Float64Array(waves.length);
  for (const { fromWave, toWave, weight } of cuts) {
    for (const position of [fromWave - 1, toWave - 1]) {
      counts[position] = numberAt(counts, position) + 1;
      weights[position] = numberAt(weights, position) + weight;
    }
  }
  return waves.map((_, position) =>
    numberAt(counts, position) === 0
      ? []
      : [
          because('wave-hybrid', 'R37', {
            dependencies: numberAt(counts, position),
            weight: numberAt(weights, position),
          }),
        ],
  );
}

function editsByWave({ graph, waveOf, placing }: Described): ReadonlyMap<number, readonly Reason[]> {
  const reasons = new Map<number, Reason[]>();
  for (const edit of placing) {
    const positions = new Set(workloadsOf(edit).map((id) => waveOf[graph.indexOf.get(id) ?? -1] ?? -1));
    for (const position of positions) {
      const own = reasons.get(position) ?? [];
      own.push(because('wave-edited', 'R11', { edit: inWords(edit), why: edit.reason }));
      reasons.set(position, own);
    }
  }
  return reasons;
}

/** Of a wave that is as it was there is nothing to say. */
function keptReason(before: WavesBefore | null, members: readonly number[]): Reason[] {
  if (!before) return [];
  const was = numberAt(before.waveOf, members[0] ?? 0);
  const isSame = members.every((member) => before.waveOf[member] === was);
  if (isSame && before.sizes[was] === members.length) return [];
  const kept = members.filter((member) => before.isKept[member] === 1).length;
  return [because('wave-kept', 'R11', { kept, came: members.length - kept })];
}

interface Profile {
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

const profileOf = (
  { graph, shared }: Described,
  members: readonly number[],
  candidates: readonly WaveCandidate[],
): Profile => ({
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
const criticality = ({ rank }: Profile): string => RANK_NAMES[rank] ?? 'unknown';

function whyHere(profile: Profile): Reason {
  const facts = { criticality: criticality(profile), internal: profile.isInternal };
  if (profile.services === profile.workloads)
    return because('wave-shared-services', 'R35', { services: profile.services });
  if (!profile.tiers.has(PRODUCTION)) return because('wave-non-production', 'R31', facts);
  if (profile.rank >= CRITICAL_RANK) return because('wave-critical', 'R31', facts);
  return because(profile.rank <= LOW_RANK ? 'wave-low-priority' : 'wave-non-critical', 'R8', facts);
}

function inOneLine(profile: Profile, servers: number): string {
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

/** `wave 3`, `waves 3, 4 and 2 more`. */
const named = ({ waves }: Facts): string => `${/^\d+$/.test(told(waves)) ? 'wave' : 'waves'} ${told(waves)}`;

export const sentences: Sentences = {
  'wave-shared-services': ({ services }) => `It holds shared services alone: ${told(services)}.`,
  'wave-non-production': () => 'It holds no production: what is learnt here costs no business.',
  'wave-non-critical': () =>
    'Its production is not critical: unless people place it, such goes before critical production.',
  'wave-low-priority': () =>
    'Production of low criticality: a few waves go first for practice, the rest does not take places before critical work.',
  'wave-critical': ({ criticality: most }) =>
    `Production up to ${told(most)}: unless people place it, such goes after what serves as practice.`,
  'wave-size': ({ workloads, servers, complexity, risk }) =>
    `${counted(Number(workloads), 'workload')} on ${counted(Number(servers), 'server')}, of complexity ${told(complexity)} and risk ${told(risk)} together.`,
  'wave-dependents': ({ dependencies }) =>
    `Workloads that depend on each other move together; dependencies within the wave: ${told(dependencies)}.`,
  'wave-after-services': (facts) => `It uses shared services that move in ${named(facts)}.`,
  'wave-after-environments': (facts) =>
    `Earlier environments of its applications move in ${named(facts)}, and have to be done before.`,
  'wave-rehearsed': (facts) =>
    `Before it starts, ${named(facts)} must have shown: configuration issues found and solved, a backup restored, ` +
    'and operations trained on what runs in Azure.',
  'wave-blocked': ({ blocked }) =>
    `Blocked by an open remediation: ${counted(Number(blocked), 'workload')}. This holds up the wave, and no critical work that does not need it.`,
  'wave-hybrid': ({ dependencies, weight }) =>
    `Dependencies on other waves that are bridged meanwhile: ${told(dependencies)}, of weight ${told(weight)} altogether.`,
  'wave-edited': ({ edit, why }) => `People asked for it (${told(edit)}): ${quoted(why)}`,
  'wave-kept': ({ kept, came }) =>
    `Workloads that stay where they were planned: ${told(kept)}; that came to it: ${told(came)}.`,
};
