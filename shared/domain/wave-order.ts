import type { Workload } from '../contracts/workload';

export type WorkloadProgress = 'waiting' | 'running' | 'arrived' | 'ended-without-arrival';

export interface WaveMember {
  readonly workload: Pick<Workload, 'id' | 'dependsOn'>;
  readonly progress: WorkloadProgress;
  /** Something outside the wave is in its way: it can't start yet, and nothing is settled. */
  readonly busy?: boolean;
}

export interface NextCutovers {
  readonly start: readonly string[];
  /** Will never start: something they depend on did not arrive. */
  readonly blocked: readonly { readonly id: string; readonly because: string }[];
  /** Nothing runs and nothing more will start. */
  readonly settled: boolean;
}

const dependencies = (members: readonly WaveMember[], id: string): readonly string[] =>
  members.find((member) => member.workload.id === id)?.workload.dependsOn ?? [];

/** Everything a workload rests on inside the wave, directly or through others. */
const reach = (members: readonly WaveMember[], id: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [...dependencies(members, id)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...dependencies(members, next));
  }
  return seen;
};

/** Workloads that depend on each other can't wait for each other: within such a circle nobody waits. */
const waitsFor = (members: readonly WaveMember[], id: string): readonly string[] => {
  const inWave = new Set(members.map((member) => member.workload.id));
  return dependencies(members, id).filter(
    (other) => other !== id && inWave.has(other) && !reach(members, other).has(id),
  );
};

/**
 * Which cutovers may start now: in dependency order (R35), at most `maxConcurrent` between start and arrival. Members keep their
 * order among equals. Blocking spreads to whatever depends on a blocked workload.
 */
export const nextCutovers = (members: readonly WaveMember[], maxConcurrent: number): NextCutovers => {
  const progress = new Map(members.map((member) => [member.workload.id, member.progress]));
  const blocked = new Map<string, string>();
  const failed = (id: string) => progress.get(id) === 'ended-without-arrival' || blocked.has(id);
  for (let changed = true; changed;) {
    changed = false;
    for (const { workload } of members) {
      if (progress.get(workload.id) !== 'waiting' || blocked.has(workload.id)) continue;
      const because = waitsFor(members, workload.id).find(failed);
      if (because === undefined) continue;
      blocked.set(workload.id, because);
      changed = true;
    }
  }
  const ready = members.filter(
    ({ workload }) =>
      progress.get(workload.id) === 'waiting' &&
      !blocked.has(workload.id) &&
      waitsFor(members, workload.id).every((id) => progress.get(id) === 'arrived'),
  );
  const running = members.filter((member) => member.progress === 'running').length;
  const free = ready.filter((member) => member.busy !== true);
  const start = free.slice(0, Math.max(0, maxConcurrent - running)).map((member) => member.workload.id);
  return {
    start,
    blocked: [...blocked].map(([id, because]) => ({ id, because })),
    settled: running === 0 && ready.length === 0,
  };
};
