import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextCutovers, type WaveMember, type WorkloadProgress } from '../../../shared/domain/wave-order';

interface Graph {
  readonly dependsOn: readonly (readonly number[])[];
  readonly limit: number;
}

/** Any graph over up to nine workloads, with circles, workloads that depend on themselves and on others outside the wave. */
const graph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    dependsOn: fc.array(fc.uniqueArray(fc.nat(size), { maxLength: 3 }), { minLength: size, maxLength: size }),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
);

const idOf = (index: number): string => `w${index}`;

const membersOf = ({ dependsOn }: Graph, progress: ReadonlyMap<string, WorkloadProgress>): WaveMember[] =>
  dependsOn.map((others, index) => ({
    workload: { id: idOf(index), dependsOn: others.map(idOf) },
    progress: progress.get(idOf(index)) ?? 'waiting',
  }));

/** What a workload leads to by one or more steps, found by plain search: the property's own idea of it. */
const leadsTo = ({ dependsOn }: Graph, from: number, to: number): boolean => {
  const seen = new Set<number>();
  const visit = (at: number): boolean =>
    (dependsOn[at] ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return visit(next);
    });
  return visit(from);
};

/** The dependencies that have to arrive first: those in the wave that are in no circle with the workload. */
const mustPrecede = (plan: Graph, index: number): string[] =>
  (plan.dependsOn[index] ?? [])
    .filter((other) => other !== index && other < plan.dependsOn.length && !leadsTo(plan, other, index))
    .map(idOf);

interface Run {
  readonly started: readonly string[];
  readonly progress: ReadonlyMap<string, WorkloadProgress>;
}

/** Runs a wave to its rest: starts what may start, ends what runs in the order and way that `choices` say. */
const run = (plan: Graph, choices: readonly { pick: number; arrives: boolean }[]): Run => {
  const progress = new Map<string, WorkloadProgress>();
  const started: string[] = [];
  for (let step = 0; ; step += 1) {
    const next = nextCutovers(membersOf(plan, progress), plan.limit);
    for (const id of next.start) {
      expect(progress.get(id) ?? 'waiting').toBe('waiting');
      for (const before of mustPrecede(plan, Number(id.slice(1))))
        expect(progress.get(before)).toBe('arrived');
      started.push(id);
      progress.set(id, 'running');
    }
    const running = [...progress].filter(([, state]) => state === 'running').map(([id]) => id);
    expect(running.length).toBeLessThanOrEqual(plan.limit);
    if (next.settled) {
      expect([next.start, running]).toEqual([[], []]);
      return { started, progress };
    }
    expect(running.length).toBeGreaterThan(0);
    const { pick, arrives } = choices[step % choices.length]!;
    progress.set(running[pick % running.length]!, arrives ? 'arrived' : 'ended-without-arrival');
  }
};

const choices = (arrives: fc.Arbitrary<boolean>) =>
  fc.array(fc.record({ pick: fc.nat(), arrives }), { minLength: 1, maxLength: 9 });

describe('the order of a wave', () => {
  it('R35 R129 starts nothing before what it rests on arrived, keeps the limit and always comes to rest', () => {
    fc.assert(
      fc.property(graph, choices(fc.boolean()), (plan, given) => {
        const { started } = run(plan, given);
        expect(new Set(started).size).toBe(started.length);
      }),
      { numRuns: 500 },
    );
  });

  it('R35 starts everything where everything arrives, whatever circles there are', () => {
    fc.assert(
      fc.property(graph, choices(fc.constant(true)), (plan, given) => {
        expect(run(plan, given).started).toHaveLength(plan.dependsOn.length);
      }),
      { numRuns: 300 },
    );
  });

  it('R35 leaves out exactly what waits for something that did not arrive, and names it', () => {
    fc.assert(
      fc.property(graph, choices(fc.boolean()), (plan, given) => {
        const { started, progress } = run(plan, given);
        const { blocked } = nextCutovers(membersOf(plan, progress), plan.limit);
        const left = plan.dependsOn.map((_, index) => idOf(index)).filter((id) => !started.includes(id));
        expect(blocked.map(({ id }) => id).sort()).toEqual(left.sort());
        for (const { id, because } of blocked) {
          expect(mustPrecede(plan, Number(id.slice(1)))).toContain(because);
          expect(progress.get(because)).not.toBe('arrived');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('R129 starts equals in their order, as many as the limit leaves room for', () => {
    const plan = { dependsOn: [[], [], [0], []], limit: 2 };
    expect(nextCutovers(membersOf(plan, new Map()), 2).start).toEqual(['w0', 'w1']);
    expect(nextCutovers(membersOf(plan, new Map([['w0', 'running']])), 2).start).toEqual(['w1']);
    expect(nextCutovers(membersOf(plan, new Map([['w0', 'arrived']])), 2).start).toEqual(['w1', 'w2']);
    expect(nextCutovers(membersOf(plan, new Map()), 0)).toMatchObject({ start: [], settled: false });
  });
});
