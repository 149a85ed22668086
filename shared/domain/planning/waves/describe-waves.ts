import type { Reason } from '../../../contracts/planning/reason';
import type { CutDependency } from '../../../contracts/planning/plan';
import { because } from '../reasons';
import { TIER_NAMES, type DependencyGraph } from './dependency-graph';
import type { GroupedWave, WaveCandidate } from './grouping';
import { numberAt } from './partition/number-at';
import type { SharedServices } from './shared-services';
import type { TakenOver } from './taken-over';
import type { BoardWave } from './wave-board';
import { inWords, workloadsOf, type PlacingEdit } from './wave-edits';
import { inOneLine, waveProfile, whyHere } from './wave-profile';

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
    const profile = waveProfile(plan, members, candidates);
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
