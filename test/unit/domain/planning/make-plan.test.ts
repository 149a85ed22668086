import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanContent } from '../../../../shared/contracts/planning/plan';
import type {
  Connection,
  InventoryWorkload,
  Portfolio,
} from '../../../../shared/contracts/planning/portfolio';
import type { Reason } from '../../../../shared/contracts/planning/reason';
import { canonicalJson } from '../../../../shared/domain/canonical-json';
import { explain, SENTENCES } from '../../../../shared/domain/planning/explain';
import { makePlan, type PlanRequest } from '../../../../shared/domain/planning/make-plan';
import { inventoryServer, inventoryWorkload, planSettings } from '../../../support/planning/inventory';

const portfolioOf = (
  workloads: readonly InventoryWorkload[],
  connections: readonly Connection[] = [],
): Portfolio => ({
  workloads: [...workloads].sort((a, b) => (a.id < b.id ? -1 : 1)),
  connections,
});
const plan = (portfolio: Portfolio, more: Partial<PlanRequest> = {}): PlanContent =>
  makePlan({
    portfolio,
    portfolioHash: '0'.repeat(64),
    settings: planSettings(),
    edits: [],
    previous: null,
    ...more,
  });

/** A shop and its database, as test and as production, and a directory that nobody has described. */
const SHOP = portfolioOf(
  [
    inventoryWorkload({
      id: 'shop-test',
      application: 'shop',
      environment: 'test',
      criticality: 'low',
      dataGb: 5,
    }),
    inventoryWorkload({
      id: 'shop',
      environment: 'production',
      criticality: 'medium',
      dataGb: 20,
      acceptableDowntimeMinutes: 300,
    }),
    inventoryWorkload({
      id: 'orders',
      environment: 'production',
      criticality: 'medium',
      acceptableDowntimeMinutes: 300,
      databases: [{ name: 'orders', engine: 'postgresql', sizeGb: 30 }],
      servers: [inventoryServer({ name: 'db01', storageGb: 60, operatingSystem: 'Windows Server 2008 R2' })],
    }),
  ],
  [{ from: 'shop', to: 'orders', ports: [5432], observations: 900 }],
);

const reasonsOf = ({ classifications, waves, cuts, sharedServices }: PlanContent): Reason[] => [
  ...classifications.flatMap(({ reasons, remediations }) => [
    ...reasons,
    ...remediations.map(({ reason }) => reason),
  ]),
  ...waves.flatMap(({ reasons, dates }) => [...reasons, ...(dates?.reasons ?? [])]),
  ...cuts.flatMap(({ reasons }) => reasons),
  ...sharedServices.flatMap(({ reasons }) => reasons),
];

describe('a plan', () => {
  it('R32 R35 R39 puts what belongs together into one wave, test before production, and dates each', () => {
    const { waves, problems } = plan(SHOP);
    expect(waves.map(({ workloadIds }) => workloadIds)).toEqual([['shop-test'], ['orders', 'shop']]);
    const [test, production] = waves.map(({ dates }) => dates?.window);
    expect(test?.end && production && test.end < production.start).toBe(true);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('says what is not done or not known before anybody signs it', () => {
    const codes = plan(SHOP).problems.map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining([
        'remediation-open',
        'rollback-authority-missing',
        'emergency-channel-missing',
        'signatories-missing',
      ]),
    );
    const settings = planSettings({
      rollbackAuthority: 'Ines',
      emergencyChannel: '+49 1234',
      signatories: [{ name: 'Ines', role: 'approver' }],
    });
    expect(plan(SHOP, { settings }).problems.map(({ code }) => code)).toEqual(['remediation-open']);
  });

  it('cannot be approved for an empty portfolio', () => {
    const { waves, problems } = plan(portfolioOf([]));
    expect(waves).toEqual([]);
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', code: 'portfolio-empty' }));
  });

  it('R13 follows people who know better, in that workload alone', () => {
    const edits = [
      { kind: 'method' as const, workloadId: 'shop', method: 'redeploy' as const, reason: 'it is in code' },
    ];
    const before = plan(SHOP);
    const after = plan(SHOP, { edits, previous: before });
    const changed = after.classifications.filter((each, index) => each !== before.classifications[index]);
    expect(changed.map(({ workloadId, method }) => [workloadId, method])).toEqual([['shop', 'redeploy']]);
  });

  it('R11 is as it was where nothing has changed', () => {
    const first = plan(SHOP);
    expect(plan(SHOP, { previous: first })).toBe(first);
    const edits = [
      { kind: 'method' as const, workloadId: 'shop', method: 'online' as const, reason: 'tried before' },
    ];
    const [placed, kept] = [first, plan(SHOP, { previous: first, edits })].map(({ waves }) =>
      waves.map(({ workloadIds, dates }) => [workloadIds, dates?.window]),
    );
    expect(kept).toEqual(placed);
  });

  it('R38 forecasts anew once something was learned', () => {
    const first = plan(SHOP);
    const lessons = [
      { workloadId: 'shop-test', what: 'downtime' as const, forecastMinutes: 30, actualMinutes: 90 },
    ];
    const later = plan(SHOP, { settings: planSettings({ lessons }), previous: first });
    for (const [index, { downtimeMinutes }] of later.classifications.entries()) {
      expect(downtimeMinutes.likely).toBeGreaterThan(
        first.classifications[index]?.downtimeMinutes.likely ?? Infinity,
      );
    }
  });

  it('has a sentence for every reason, and a requirement', () => {
    for (const reason of reasonsOf(plan(SHOP))) {
      expect(Object.keys(SENTENCES)).toContain(reason.rule);
      expect(explain(reason)).toMatch(/^[A-Z0-9].*\. ?\(R\d+\)$|^[A-Z0-9].*\(R\d+\)$/);
      expect(explain(reason)).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  const arbitrary = fc
    .uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 25 })
    .chain((numbers) => {
      const ids = numbers.map((number) => `w${number}`);
      const workload = (id: string) =>
        fc
          .record({
            environment: fc.constantFrom(
              null,
              'development' as const,
              'test' as const,
              'production' as const,
            ),
            criticality: fc.constantFrom(null, 'low' as const, 'high' as const, 'mission-critical' as const),
            application: fc.constantFrom(id, 'shop'),
            dataGb: fc.constantFrom(null, 1, 500, 90_000),
            isContainerised: fc.constantFrom(null, true),
          })
          .map((facts) => inventoryWorkload({ id, ...facts }));
      const connection = fc.record({
        from: fc.constantFrom(...ids),
        to: fc.constantFrom(...ids),
        ports: fc.constantFrom(443, 5432, 53).map((port) => [port]),
        observations: fc.integer({ min: 1, max: 1_000 }),
      });
      return fc.tuple(fc.tuple(...ids.map(workload)), fc.array(connection, { maxLength: 60 }));
    })
    .map(([workloads, connections]) => {
      const pairs = new Map(
        connections.filter(({ from, to }) => from !== to).map((each) => [`${each.from} ${each.to}`, each]),
      );
      return portfolioOf(
        workloads,
        [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each),
      );
    });

  it('is the same for the same request, and tells every decision in a sentence', () => {
    fc.assert(
      fc.property(arbitrary, (portfolio) => {
        const [once, again] = [plan(portfolio), plan(structuredClone(portfolio))];
        expect(canonicalJson(once)).toBe(canonicalJson(again));
        const placed = once.waves.flatMap(({ workloadIds }) => workloadIds);
        expect([...placed].sort()).toEqual(portfolio.workloads.map(({ id }) => id));
        for (const reason of reasonsOf(once)) expect(Object.keys(SENTENCES)).toContain(reason.rule);
      }),
      { numRuns: 25 },
    );
  });
});
