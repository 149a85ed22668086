import type { DependencyGraph } from './dependency-graph';
import { PRODUCTION } from './dependency-graph';
import { CRITICAL_RANK, LOW_RANK } from './dependency-kinds';
import type { Group } from './groups';
import { numberAt } from './partition/number-at';
import type { SharedServices } from './shared-services';

/** Where a group stands in the order of a plan. A wave holds groups of one stage alone, and stages follow each other. */
const STAGES = {
  'shared services': 1_000,
  development: 2_000,
  test: 3_000,
  staging: 4_000,
  production: 5_000,
  'critical production': 6_000,
  'low-priority production': 7_000,
} as const;

const TIER_STAGES = [STAGES.development, STAGES.test, STAGES.staging, STAGES.production] as const;
/**
 * Within a stage: services that many use first, what an open remediation blocks last. Each has waves of its own; odd numbers are
 * blocked, so that no wave mixes both, wherever the order of environments puts a group.
 */
const WITHIN = { hub: 100, open: 300, blocked: 601 } as const;

/** Low-priority production goes first for this many waves, or this share of all workloads: enough to practise on (R31). */
const HEAD_START = { waves: 3, share: 0.1 } as const;

/** By group. Throws nothing: where environments of one application can't be put in order, `unordered` names a group of it. */
export function stagesOf(
  graph: DependencyGraph,
  groups: readonly Group[],
  shared: SharedServices,
  workloadsPerWave: number,
): { readonly stages: Float64Array; readonly unordered: number | null } {
  const deferred = deferredGroups(graph, groups, workloadsPerWave);
  const stages = Float64Array.from(groups, (group, number) => {
    const services = group.members.flatMap((member) => shared.get(member) ?? []);
    if (services.some(({ placement }) => placement === 'early'))
      return STAGES['shared services'] + (group.isBlocked ? WITHIN.blocked : WITHIN.open);
    const within = group.isBlocked ? WITHIN.blocked : services.length > 0 ? WITHIN.hub : WITHIN.open;
    if (deferred.has(number)) return STAGES['low-priority production'] + within;
    const isCritical = group.tier === PRODUCTION && group.rank >= CRITICAL_RANK;
    return (isCritical ? STAGES['critical production'] : numberAt(TIER_STAGES, group.tier)) + within;
  });
  return { stages, unordered: putInOrder(graph, groups, stages) };
}

/**
 * Production of low criticality that nothing more critical depends on does not take places before critical work (R8), but for those
 * that go first for practice.
 */
function deferredGroups(
  graph: DependencyGraph,
  groups: readonly Group[],
  workloadsPerWave: number,
): ReadonlySet<number> {
  const needed = neededByMoreCritical(graph, groups);
  const low = groups
    .map((group, number) => ({ group, number }))
    .filter(({ group, number }) => group.tier === PRODUCTION && needed[number] === 0)
    .sort((a, b) => a.group.precedence - b.group.precedence || a.number - b.number);
  const share = Math.floor(graph.candidates.length * HEAD_START.share);
  let places = Math.max(HEAD_START.waves * workloadsPerWave, share);
  const deferred = new Set<number>();
  for (const { group, number } of low) {
    places -= group.workloads;
    if (places < 0) deferred.add(number);
  }
  return deferred;
}

/** By group: 1 where it, or something that depends on it directly or through others, is more than lowly critical. */
function neededByMoreCritical(graph: DependencyGraph, groups: readonly Group[]): Uint8Array {
  const groupOf = new Int32Array(graph.candidates.length);
  groups.forEach(({ members }, number) => {
    for (const member of members) groupOf[member] = number;
  });
  const { outgoing } = graph;
  const needed = new Uint8Array(groups.length);
  const open = groups.flatMap(({ rank }, number) => (rank > LOW_RANK ? [number] : []));
  for (const number of open) needed[number] = 1;
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    for (const member of groups[number]?.members ?? []) {
      for (let edge = numberAt(outgoing, member); edge < numberAt(outgoing, member + 1); edge += 1) {
        const used = numberAt(groupOf, numberAt(graph.to, edge));
        if (needed[used] === 1) continue;
        needed[used] = 1;
        open.push(used);
      }
    }
  }
  return needed;
}

/**
 * Environments of one application in order (R32): whatever has to precede a group of an earlier stage comes right before it, whatever
 * has to follow one of a later stage right after it. Only shared services and what people hold together make that necessary.
 */
function putInOrder(graph: DependencyGraph, groups: readonly Group[], stages: Float64Array): number | null {
  const groupOf = new Int32Array(graph.candidates.length).fill(-1);
  groups.forEach(({ members }, number) => {
    for (const member of members) groupOf[member] = number;
  });
  const ordered = graph.workloadsOfApplication
    .filter((members) => members.some((member) => graph.tier[member] !== graph.tier[members[0] ?? 0]))
    .map((members) =>
      TIER_STAGES.map((_, tier) => {
        const own = members.filter((member) => graph.tier[member] === tier && numberAt(groupOf, member) >= 0);
        return new Set(own.map((member) => numberAt(groupOf, member)));
      }),
    );
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (!ordered.map((tiers) => nudge(tiers, stages, groups)).includes(true)) return null;
  }
  const [first] = ordered.find((tiers) => nudge(tiers, stages, groups))?.find(({ size }) => size > 0) ?? [];
  return first ?? null;
}

/** More in a row than any chain of environments that people could hold together. */
const MOST_ROUNDS = 90;

/** Early groups draw what precedes them forward; all others push what follows them back. */
function nudge(
  tiers: readonly ReadonlySet<number>[],
  stages: Float64Array,
  groups: readonly Group[],
): boolean {
  let nudged = false;
  const set = (group: number, stage: number): void => {
    stages[group] = stage;
    nudged = true;
  };
  const isEarly = (group: number): boolean => numberAt(stages, group) < STAGES.development;
  const step = (group: number, stage: number): number =>
    (stage % 2 === 1) === (groups[group]?.isBlocked === true) ? 2 : 1;
  let latest = -Infinity;
  for (const tier of tiers) {
    for (const group of tier) {
      if (numberAt(stages, group) <= latest && !isEarly(group)) set(group, latest + step(group, latest));
    }
    for (const group of tier) latest = Math.max(latest, numberAt(stages, group));
  }
  let earliest = Infinity;
  for (const tier of tiers.toReversed()) {
    for (const group of tier)
      if (numberAt(stages, group) >= earliest) set(group, earliest - step(group, earliest));
    for (const group of tier) if (isEarly(group)) earliest = Math.min(earliest, numberAt(stages, group));
  }
  return nudged;
}
