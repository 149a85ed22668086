import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanEdit } from '../../../../shared/contracts/planning/edit';
import type { PlanContent } from '../../../../shared/contracts/planning/plan';
import { makePlan, type PlanRequest } from '../../../../shared/domain/planning/make-plan';
import { inventoryServer, inventoryWorkload, planSettings } from '../../../support/planning/inventory';

const SIZE = 60;
const idOf = (index: number): string => `w${String(index % SIZE).padStart(2, '0')}`;
const why = { reason: 'asked for' };
const HASH = '0'.repeat(64);

const anyRequest: fc.Arbitrary<PlanRequest> = fc
  .record({
    facts: fc.array(
      fc.record({
        application: fc.nat(25).map((number) => `a${number}`),
        environment: fc.constantFrom('development' as const, 'test' as const, 'production' as const),
        criticality: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
        dataGb: fc.nat(900),
      }),
      { minLength: SIZE, maxLength: SIZE },
    ),
    pairs: fc.array(fc.tuple(fc.nat(SIZE - 1), fc.nat(5), fc.constantFrom(443, 1433, 389)), {
      maxLength: 90,
    }),
  })
  .map(({ facts, pairs }) => ({
    portfolio: {
      workloads: facts.map((fact, index) =>
        inventoryWorkload({ id: idOf(index), servers: [inventoryServer({ name: idOf(index) })], ...fact }),
      ),
      connections: pairs
        .filter(([, step]) => step > 0)
        .map(([from, step, port]) => ({
          from: idOf(from),
          to: idOf(from + step),
          ports: [port],
          observations: 40,
        }))
        .sort((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1)),
    },
    portfolioHash: HASH,
    settings: planSettings({
      capacity: { workloadsPerWave: 5, serversPerWave: 20, teams: 3, concurrentCutovers: 2 },
      paths: [{ kind: 'vpn', state: 'provisioned', megabitsPerSecond: 500, isMeasured: true }],
    }),
    edits: [],
    previous: null,
  }));

const HOUR_MS = 3_600_000;
const saturdayNight = (week: number): number => Date.UTC(2027, 0, 2, 20) + week * 7 * 24 * HOUR_MS;
const instant = (ms: number): string => new Date(ms).toISOString();
const workloadId = fc.nat(SIZE - 1).map(idOf);
const anyEdit: fc.Arbitrary<PlanEdit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ workloadId, wave: fc.integer({ min: 1, max: 14 }) })
      .map((edit) => ({ kind: 'pin' as const, ...edit, ...why })),
  },
  fc
    .record({ workloadId, start: fc.integer({ min: 0, max: 40 }).map(saturdayNight) })
    .map(({ start, ...edit }) => ({
      ...{ kind: 'date' as const, ...edit, ...why },
      window: { start: instant(start), end: instant(start + 12 * HOUR_MS), timeZone: 'UTC' },
    })),
  fc.record({ workloadId }).map((edit) => ({ kind: 'exclude' as const, ...edit, ...why })),
  fc
    .record({ workloadId, workloads: fc.integer({ min: 1, max: 5 }) })
    .map((edit) => ({ kind: 'cap' as const, ...edit, ...why })),
  fc
    .record({ workloadIds: fc.uniqueArray(workloadId, { minLength: 2, maxLength: 2 }) })
    .map((edit) => ({ kind: 'apart' as const, ...edit, ...why })),
  fc
    .record({ workloadId })
    .map((edit) => ({ kind: 'method' as const, method: 'redeploy' as const, ...edit, ...why })),
  fc
    .record({ from: workloadId, to: workloadId })
    .map((edit) => ({ kind: 'ignore-dependency' as const, ...edit, ...why })),
);

/** The same waves and dates before, but nothing that was said of them can be taken over, and nothing that is remembered is found. */
const fromNothing = (request: PlanRequest, previous: PlanContent): PlanContent =>
  makePlan(structuredClone({ ...request, previous: { ...previous, portfolioHash: 'f'.repeat(64) } }));

describe('a plan made again', () => {
  it('R11 takes over only what would be said anew', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyRequest, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), (request, edits) => {
        let previous = makePlan(request);
        edits.forEach((_, last) => {
          const next = { ...request, edits: edits.slice(0, last + 1) };
          const again = makePlan({ ...next, previous });
          expect(again).toEqual(fromNothing(next, previous));
          const before = previous;
          taken += again.waves.filter((wave, at) => wave === before.waves[at]).length;
          taken += again.cuts.filter((cut) => before.cuts.includes(cut)).length;
          previous = again;
        });
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
