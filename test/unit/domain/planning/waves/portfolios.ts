import fc from 'fast-check';
import type { PlanEdit } from '../../../../../shared/contracts/planning/edit';
import type { Connection } from '../../../../../shared/contracts/planning/portfolio';
import type {
  WaveCandidate,
  WaveGrouping,
  WaveGroupingInput,
} from '../../../../../shared/domain/planning/waves/grouping';

type Workload = WaveCandidate['workload'];

export function candidate(
  id: string,
  workload: Partial<Workload> = {},
  more: Partial<Omit<WaveCandidate, 'workload'>> = {},
): WaveCandidate {
  return {
    workload: {
      id,
      application: id,
      businessUnit: null,
      owner: null,
      environment: 'production',
      isInternal: null,
      criticality: 'medium',
      dataGb: null,
      changeGbPerDay: null,
      dependsOn: [],
      servers: { length: 1 },
      ...workload,
    },
    complexity: 10,
    risk: 10,
    precedence: 0,
    isBlocked: false,
    ...more,
  };
}

export const calls = (from: string, to: string, more: Partial<Connection> = {}): Connection => ({
  from,
  to,
  ports: [443],
  observations: 10,
  ...more,
});

export const input = (
  candidates: readonly WaveCandidate[],
  more: Partial<WaveGroupingInput> = {},
): WaveGroupingInput => ({
  candidates,
  connections: [],
  capacity: { workloadsPerWave: 5, serversPerWave: 20 },
  sharedServices: [],
  edits: [],
  previous: null,
  ...more,
});

const idOf = (index: number): string => `w${String(index).padStart(2, '0')}`;

const Environment = fc.constantFrom('development', 'test', 'staging', 'production', null);
const Criticality = fc.constantFrom('low', 'medium', 'high', 'mission-critical', null);

const Candidates = fc
  .array(
    fc.record({
      application: fc.nat(7),
      environment: Environment,
      criticality: Criticality,
      servers: fc.nat(6),
      complexity: fc.nat(100),
      risk: fc.nat(100),
      precedence: fc.nat(4),
      isBlocked: fc.boolean(),
      businessUnit: fc.constantFrom('sales', 'finance', null),
    }),
    { maxLength: 24 },
  )
  .map((rows) =>
    rows.map(({ application, servers, complexity, risk, precedence, isBlocked, ...row }, index) =>
      candidate(
        idOf(index),
        { ...row, application: `a${application}`, servers: { length: servers } },
        { complexity, risk, precedence, isBlocked },
      ),
    ),
  );

const editsOf = (size: number): fc.Arbitrary<PlanEdit> => {
  // Two beyond the last: edits may name what is not there.
  const workloadId = fc.nat(size + 2).map(idOf);
  const workloadIds = fc.uniqueArray(workloadId, { minLength: 2, maxLength: 3 });
  const reason = fc.constant('asked for');
  return fc.oneof(
    fc.record({ kind: fc.constant('pin'), workloadId, wave: fc.integer({ min: 1, max: 6 }), reason }),
    fc.record({ kind: fc.constant('together'), workloadIds, reason }),
    fc.record({ kind: fc.constant('apart'), workloadIds, reason }),
    fc.record({ kind: fc.constant('exclude'), workloadId, reason }),
    fc.record({ kind: fc.constant('cap'), workloadId, workloads: fc.integer({ min: 1, max: 4 }), reason }),
    fc.record({ kind: fc.constant('ignore-dependency'), from: workloadId, to: workloadId, reason }),
  );
};

/** Small portfolios full of trouble: every rule meets every other. */
export const Portfolio = (edits: { readonly most: number }): fc.Arbitrary<WaveGroupingInput> =>
  Candidates.chain((candidates) => {
    const size = candidates.length;
    const index = fc.nat(Math.max(0, size - 1)).map(idOf);
    return fc.record({
      candidates: fc.constant(candidates),
      connections: fc.array(
        fc
          .tuple(index, index, fc.constantFrom(443, 1433, 389, 445), fc.integer({ min: 1, max: 5_000 }))
          .map(([from, to, port, observations]) => calls(from, to, { ports: [port], observations })),
        { maxLength: size * 2 },
      ),
      capacity: fc.record({
        workloadsPerWave: fc.integer({ min: 1, max: 6 }),
        serversPerWave: fc.integer({ min: 1, max: 14 }),
      }),
      sharedServices: fc.array(index, { maxLength: size > 0 ? 2 : 0 }),
      edits: fc.array(editsOf(size), { maxLength: edits.most }),
      previous: fc.constant(null),
    });
  });

export const waveOf = ({ waves }: Pick<WaveGrouping, 'waves'>): ReadonlyMap<string, number> =>
  new Map(waves.flatMap(({ number, workloadIds }) => workloadIds.map((id) => [id, number] as const)));
