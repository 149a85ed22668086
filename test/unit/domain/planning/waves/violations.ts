import type { PlanEdit } from '../../../../../shared/contracts/planning/edit';
import type { WaveGrouping, WaveGroupingInput } from '../../../../../shared/domain/planning/waves/grouping';
import { waveOf } from './portfolios';

const TIERS = ['development', 'test', 'staging', 'production'];

/** Everything hard that a grouping breaks, in words, looked at without any of the planner's own code. */
export function violations(input: WaveGroupingInput, grouping: WaveGrouping): string[] {
  return [
    ...places(input, grouping),
    ...capacity(input, grouping),
    ...environments(input, grouping),
    ...dependencies(input, grouping),
    ...edits(input, grouping),
  ];
}

function places({ candidates }: WaveGroupingInput, { waves, excluded }: WaveGrouping): string[] {
  const seen = [
    ...waves.flatMap(({ workloadIds }) => workloadIds),
    ...excluded.map(({ workloadId }) => workloadId),
  ];
  const ids = candidates.map(({ workload }) => workload.id).sort();
  const numbers = waves.every(({ number, workloadIds }, i) => number === i + 1 && workloadIds.length > 0);
  return [
    ...(seen.sort().join() === ids.join() ? [] : ['not everything is in exactly one wave, or excluded']),
    ...(numbers ? [] : ['waves are not numbered from 1, or one is empty']),
  ];
}

function capacity({ candidates, capacity: most }: WaveGroupingInput, { waves }: WaveGrouping): string[] {
  const servers = new Map(candidates.map(({ workload }) => [workload.id, workload.servers.length]));
  return waves.flatMap(({ number, workloadIds }) => {
    const sum = workloadIds.reduce((total, id) => total + (servers.get(id) ?? 0), 0);
    return [
      ...(workloadIds.length > most.workloadsPerWave ? [`wave ${number} has too many workloads`] : []),
      ...(sum > most.serversPerWave ? [`wave ${number} has too many servers`] : []),
    ];
  });
}

function environments({ candidates }: WaveGroupingInput, grouping: WaveGrouping): string[] {
  const wave = waveOf(grouping);
  const tier = (environment: string | null): number => TIERS.indexOf(environment ?? 'production');
  return candidates.flatMap(({ workload: one }) =>
    candidates
      .filter(
        ({ workload: other }) =>
          other.application === one.application &&
          tier(other.environment) < tier(one.environment) &&
          (wave.get(other.id) ?? 0) >= (wave.get(one.id) ?? Infinity),
      )
      .map(({ workload: other }) => `${other.id} is not before ${one.id}`),
  );
}

function dependencies(
  { connections, candidates, edits: asked }: WaveGroupingInput,
  grouping: WaveGrouping,
): string[] {
  const wave = waveOf(grouping);
  const shared = new Set(grouping.sharedServices.map(({ workloadId }) => workloadId));
  const cuts = new Set(grouping.cuts.map(({ from, to }) => `${from} ${to}`));
  const ignored = asked.flatMap((edit) =>
    edit.kind === 'ignore-dependency' ? [`${edit.from} ${edit.to}`] : [],
  );
  const stated = candidates.flatMap(({ workload }) =>
    workload.dependsOn.map(({ on }) => ({ from: workload.id, to: on })),
  );
  return [...connections, ...stated].flatMap(({ from, to }) => {
    const [a, b] = [wave.get(from), wave.get(to)];
    if (a === undefined || b === undefined || a === b || shared.has(from) || shared.has(to)) return [];
    const isKnown = cuts.has(`${from} ${to}`) || ignored.includes(`${from} ${to}`);
    return isKnown ? [] : [`${from} and ${to} are in different waves and nothing bridges them`];
  });
}

/** What people asked for and no problem says is not done. */
function edits({ edits: asked }: WaveGroupingInput, grouping: WaveGrouping): string[] {
  const wave = waveOf(grouping);
  if (grouping.problems.some(({ severity }) => severity === 'error')) return [];
  const last = asked.filter(
    (edit, i) =>
      !asked.slice(i + 1).some((other) => 'workloadId' in edit && 'workloadId' in other && same(edit, other)),
  );
  return last.flatMap((edit): string[] => {
    const waves = 'workloadIds' in edit ? edit.workloadIds.flatMap((id) => wave.get(id) ?? []) : [];
    const own = 'workloadId' in edit ? wave.get(edit.workloadId) : undefined;
    switch (edit.kind) {
      case 'pin':
        return own !== undefined && own !== edit.wave
          ? [`${edit.workloadId} is not in wave ${edit.wave}`]
          : [];
      case 'cap': {
        const size = grouping.waves[(own ?? 0) - 1]?.workloadIds.length ?? 0;
        return size > edit.workloads ? [`the wave of ${edit.workloadId} is above its cap`] : [];
      }
      case 'exclude':
        return own === undefined ? [] : [`${edit.workloadId} is in a wave`];
      case 'together':
        return new Set(waves).size > 1 ? [`${edit.workloadIds.join()} are not together`] : [];
      case 'apart':
        return new Set(waves).size < waves.length ? [`${edit.workloadIds.join()} are not apart`] : [];
      default:
        return [];
    }
  });
}

const same = (a: PlanEdit & { workloadId: string }, b: PlanEdit & { workloadId: string }): boolean =>
  a.kind === b.kind && a.workloadId === b.workloadId;
