import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classificationBasis, classify } from '../../../../shared/domain/planning/classify/classify';
import { explain } from '../../../../shared/domain/planning/explain';
import type { PlanEdit } from '../../../../shared/contracts/planning/edit';
import { inventoryWorkload, planSettings } from '../../../support/planning/inventory';

type MethodEdit = Extract<PlanEdit, { kind: 'method' }>;
const classified = (facts: object, settings: object = {}, stated: MethodEdit | null = null) =>
  classify(
    inventoryWorkload({ id: 'shop', ...facts }),
    [],
    0,
    stated,
    classificationBasis(planSettings(settings)),
  );
const rulesOf = (facts: object, settings?: object) =>
  classified(facts, settings).reasons.map(({ rule }) => rule);

const BUSY = {
  acceptableDowntimeMinutes: 20,
  dataGb: 500,
  databases: [{ name: 'orders', engine: 'postgresql', sizeGb: 400 }],
};

describe('method', () => {
  it('R13 R14 is offline where its forecast outage is tolerated, and keeps how long that is', () => {
    const { method, downtimeMinutes, downtimeToleranceMinutes } = classified({
      acceptableDowntimeMinutes: 480,
      dataGb: 20,
    });
    expect(method).toBe('offline');
    expect(downtimeToleranceMinutes).toBe(480);
    expect(downtimeMinutes.high).toBeLessThanOrEqual(480);
  });

  it('R16 R17 is online where an outage is not tolerated and it can be followed', () => {
    expect(classified(BUSY).method).toBe('online');
    expect(rulesOf(BUSY)).toEqual(
      expect.arrayContaining(['method-not-offline', 'online-feasible', 'method-online']),
    );
  });

  it('R20 still forecasts a brief outage for online', () => {
    const { downtimeMinutes } = classified(BUSY);
    expect(downtimeMinutes.low).toBeGreaterThan(0);
    expect(downtimeMinutes.high).toBeLessThanOrEqual(20);
  });

  it('R19 asks for a second side of what is critical', () => {
    expect(rulesOf({ ...BUSY, criticality: 'mission-critical' })).toContain('method-blue-green');
    expect(rulesOf({ ...BUSY, criticality: 'low' })).not.toContain('method-blue-green');
  });

  it.each([
    ['does not support replication', { supportsReplication: false }, 'online-without-replication'],
    ['does not support failover', { supportsFailover: false }, 'online-without-failover'],
    [
      'has an engine nobody vouches for',
      { databases: [{ name: 'x', engine: 'dbase', sizeGb: 400 }] },
      'online-engine-not-followed',
    ],
    [
      'holds nothing that can be followed',
      {
        execution: {
          assets: [{ id: 'files', kind: 'files', root: '/srv/shop', container: 'shop-files' }],
          controls: { kind: 'http', url: 'https://shop.example.org/hooks', secret: 'shop-hook' },
        },
      },
      'online-not-runnable',
    ],
    ['changes faster than its line', { changeGbPerDay: 9_000 }, 'online-changes-too-fast'],
  ])('R17 is not online where it %s', (_, facts, rule) => {
    const { method, reasons } = classified({ ...BUSY, ...facts });
    expect(method).toBe('offline');
    expect(reasons.map((reason) => reason.rule)).toEqual(
      expect.arrayContaining([rule, 'method-exceeds-tolerance']),
    );
  });

  it('R18 is not online over a line whose answers take too long, or without one', () => {
    const far = [
      { kind: 'vpn' as const, state: 'provisioned' as const, megabitsPerSecond: 1_000, roundTripMs: 300 },
    ];
    expect(rulesOf(BUSY, { paths: far })).toContain('online-line-too-slow');
    expect(rulesOf(BUSY, { paths: [] })).toContain('online-without-path');
  });

  it('R21 is redeployed where it can be built anew', () => {
    expect(classified({ isContainerised: true }).method).toBe('redeploy');
    expect(classified({ isInCode: true, isStateless: true }).method).toBe('redeploy');
    expect(classified({ isStateless: true }).method).not.toBe('redeploy');
    expect(classified({ isInCode: true, isStateless: false }).method).not.toBe('redeploy');
    expect(classified({ isContainerised: true, isStateless: false }).method).not.toBe('redeploy');
    expect(classified({ isContainerised: true, isInCode: false }).method).not.toBe('redeploy');
  });

  it('R21 says of a container with databases that they are moved beside it, not that nothing would be lost', () => {
    const { method, reasons } = classified({ ...BUSY, isContainerised: true, isStateless: false });
    expect(method).toBe('redeploy');
    expect(reasons.map(explain)).toContain(
      'It can be deployed anew: it is containerised, and its database is moved beside it. (R21)',
    );
  });

  it('R12 does not take a criticality that nobody has said for one that is known', () => {
    expect(classified({}).reasons[0]?.facts).toEqual({ criticality: null, minutes: 60 });
  });

  it('R13 is what people decided, with what they said', () => {
    const edit: MethodEdit = {
      kind: 'method',
      workloadId: 'shop',
      method: 'offline',
      reason: 'licence forbids a copy',
    };
    const { method, reasons } = classified(BUSY, {}, edit);
    expect(method).toBe('offline');
    expect(reasons).toContainEqual({
      rule: 'method-stated',
      requirement: 'R13',
      facts: { method: 'offline', why: 'licence forbids a copy' },
    });
  });

  it('R22 R29 names what moves it', () => {
    expect(classified(BUSY).path.tool).toBe('PostgreSQL replication');
    expect(classified({ isContainerised: true }).path.tool).toBe('deployment pipeline');
    const servers = [{ id: 'web01', name: 'web01', storageGb: 80 }];
    expect(classified({ servers, criticality: 'low' }).path.tool).toBe('Azure Migrate runbook');
  });

  it('R38 lets outages that took twice as long as forecast lengthen the next forecast', () => {
    const lessons = [
      { workloadId: 'erp', what: 'downtime' as const, forecastMinutes: 30, actualMinutes: 60 },
    ];
    const facts = { acceptableDowntimeMinutes: 480, dataGb: 20 };
    const [before, after] = [classified(facts), classified(facts, { lessons })];
    expect(after.downtimeMinutes.likely).toBeCloseTo(before.downtimeMinutes.likely * 2, 1);
  });

  it('R14 is never offline without saying so where its outage is not tolerated', () => {
    const facts = fc.record({
      acceptableDowntimeMinutes: fc.integer({ min: 0, max: 3_000 }),
      dataGb: fc.integer({ min: 0, max: 100_000 }),
      changeGbPerDay: fc.integer({ min: 0, max: 20_000 }),
      criticality: fc.constantFrom(null, 'low', 'medium', 'high', 'mission-critical'),
      supportsReplication: fc.constantFrom(null, true, false),
      isContainerised: fc.constantFrom(null, true, false),
    });
    fc.assert(
      fc.property(facts, (each) => {
        const { method, downtimeMinutes, downtimeToleranceMinutes, reasons, complexity, risk } =
          classified(each);
        const rules = reasons.map(({ rule }) => rule);
        expect(rules.includes('method-exceeds-tolerance')).toBe(
          downtimeMinutes.high > downtimeToleranceMinutes,
        );
        expect(rules).toContain(
          method === 'redeploy'
            ? 'method-redeploy'
            : method === 'online'
              ? 'method-online'
              : rules.find((rule) => /^method-offline/.test(rule)),
        );
        expect(Math.max(complexity, risk)).toBeLessThanOrEqual(100);
      }),
    );
  });
});
