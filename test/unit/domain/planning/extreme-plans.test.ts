import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Classification } from '../../../../shared/contracts/planning/classification';
import { PlanEdit } from '../../../../shared/contracts/planning/edit';
import {
  PlanHead,
  PlannedWave,
  PlanProblem,
  type PlanContent,
} from '../../../../shared/contracts/planning/plan';
import type { InventoryWorkload } from '../../../../shared/contracts/planning/portfolio';
import { PlanSettings } from '../../../../shared/contracts/planning/settings';
import { planDocument } from '../../../../shared/domain/planning/documents/plan-document';
import { waveDocument } from '../../../../shared/domain/planning/documents/wave-document';
import { makePlan } from '../../../../shared/domain/planning/make-plan';
import { inventoryServer, inventoryWorkload, planSettings } from '../../../support/planning/inventory';

const planOf = (
  workloads: readonly InventoryWorkload[],
  settings: PlanSettings = planSettings(),
  edits: readonly PlanEdit[] = [],
): PlanContent =>
  makePlan({
    portfolio: { workloads, connections: [] },
    portfolioHash: '0'.repeat(64),
    settings,
    edits,
    previous: null,
  });

/** Throws where a plan could not be stored, or not be printed. */
function keepAndPrint(content: PlanContent, workloads: readonly InventoryWorkload[]): void {
  PlanSettings.parse(content.settings);
  for (const each of content.classifications) Classification.parse(each);
  for (const each of content.waves) PlannedWave.parse(each);
  for (const each of content.problems) PlanProblem.parse(each);
  const head = PlanHead.parse({
    ...{
      id: 'p',
      name: 'P',
      portfolioId: 'main',
      version: 1,
      portfolioVersion: 1,
      contentHash: '0'.repeat(64),
    },
    ...{ waves: content.waves.length, workloads: workloads.length, errors: 0, editors: [], approval: null },
    ...{ confirmations: [], started: {}, changedBy: 'Lena', changedAt: '2027-01-04T00:00:00.000Z' },
  });
  planDocument({ head, content, portfolio: { workloads, connections: [] } });
  for (const wave of content.waves) {
    const members = workloads.flatMap((workload) => {
      const classification = content.classifications.find(({ workloadId }) => workloadId === workload.id);
      return classification && wave.workloadIds.includes(workload.id) ? [{ workload, classification }] : [];
    });
    waveDocument({ head, settings: content.settings, wave, members, cuts: content.cuts });
  }
}

const amount = fc.constantFrom(null, 0, 1e-9, 1, 1e6, 1e12);
const day = fc.constantFrom('2000-01-01', '2027-03-28', '2999-12-30');
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Mars/Base', 'UTC+1', '+02:00');
const tracked = fc.record({
  key: fc.constantFrom('constructor', 'to-string', 'blocker-a', 'skills', 'mine'),
  state: fc.constantFrom('open' as const, 'done' as const),
  note: fc.constantFrom(null, 'x'.repeat(1_000)),
  due: fc.constantFrom(null, '0000-01-01', '9999-12-31'),
});
const workload = fc
  .record({
    dataGb: amount,
    changeGbPerDay: amount,
    recoveryTimeMinutes: amount,
    acceptableDowntimeMinutes: amount,
    isSensitive: fc.constantFrom(true, false),
    criticality: fc.constantFrom('low' as const, 'high' as const, null),
    storageGb: amount,
    sizeGb: amount,
    item: tracked,
    rollbackEstimateMs: fc.constantFrom(undefined, 60_000, 1e15),
    timeZone: zone,
  })
  .map(({ storageGb, sizeGb, item, rollbackEstimateMs, timeZone, ...facts }) => ({
    ...facts,
    servers: [inventoryServer({ name: 'a', storageGb })],
    databases: [{ name: 'd', engine: 'oracle', sizeGb }],
    tracked: [item],
    maintenance: [{ days: ['sat' as const], from: '20:00', to: '06:00', timeZone }],
    execution: rollbackEstimateMs === undefined ? null : { rollbackEstimateMs },
  }));
const path = fc.record({
  kind: fc.constantFrom('vpn' as const, 'express-route' as const, 'data-box' as const),
  state: fc.constant('provisioned' as const),
  megabitsPerSecond: fc.constantFrom(null, 0.001, 100),
  roundTripMs: fc.constantFrom(null, 0, 60_000),
  costPerGb: fc.constantFrom(0, 1e6),
  leadTimeDays: fc.constantFrom(0, 3_650),
});
const edit = fc.oneof(
  fc.tuple(day, zone).map(([date, timeZone]) => ({
    kind: 'date' as const,
    workloadId: 'w0',
    window: { start: `${date}T00:00:00Z`, end: `${date}T23:00:00-12:00`, timeZone },
    reason: 'r'.repeat(500),
  })),
  fc.record({
    kind: fc.constant('method' as const),
    workloadId: fc.constantFrom('w0', 'w1'),
    method: fc.constantFrom('offline' as const, 'online' as const, 'redeploy' as const),
    reason: fc.constant('r'),
  }),
);

describe('whatever the contracts let in', () => {
  it('can be planned, kept and printed', () => {
    const settings = fc.record({ day, path, timeZone: zone, contingencyShare: fc.constantFrom(0, 5) });
    fc.assert(
      fc.property(
        fc.array(workload, { minLength: 1, maxLength: 3 }),
        settings,
        fc.array(edit, { maxLength: 2 }),
        (facts, { day: start, path: line, timeZone, contingencyShare }, edits) => {
          const workloads = facts.map((each, index) => inventoryWorkload({ id: `w${index}`, ...each }));
          const given = planSettings({
            earliestStart: `${start}T00:00:00Z`,
            paths: [line],
            contingencyShare,
            calendar: { timeZone },
          });
          const content = planOf(
            workloads,
            given,
            edits.map((each) => PlanEdit.parse(each)),
          );
          keepAndPrint(content, workloads);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['begins in the year 1', { earliestStart: '0001-01-01T00:00:00Z' }],
    ['begins after the last year that can be written', { earliestStart: '9999-12-31T23:59:59-12:00' }],
    [
      'has a line that carries nothing',
      { paths: [{ kind: 'vpn', state: 'planned', megabitsPerSecond: 1e-9 }] },
    ],
    ['waits a century for a device', { paths: [{ kind: 'data-box', state: 'planned', leadTimeDays: 1e9 }] }],
    ['pays more than there is', { paths: [{ kind: 'vpn', state: 'planned', costPerGb: 1e308 }] }],
    ['is frozen until after the last year', frozenUntil('9999-12-31T23:59:59-12:00')],
  ])('no plan %s', (_, change) => {
    const given = { earliestStart: '2027-01-04T00:00:00Z', ...change };
    expect(PlanSettings.safeParse(given).success).toBe(false);
  });

  it('no wave is moved to a time beyond all plans', () => {
    const window = { start: '1066-10-14T00:00:00Z', end: '1066-10-15T00:00:00Z' };
    const given = { kind: 'date', workloadId: 'w0', window, reason: 'r' };
    expect(PlanEdit.safeParse(given).success).toBe(false);
  });

  it.each<[string, object]>([
    ['exclude', {}],
    ['method', { method: 'online' }],
    ['date', { window: { start: '2027-02-06T20:00:00Z', end: '2027-02-07T20:00:00Z' } }],
    ['pin', { wave: 1 }],
  ])('R11 an edit of kind %s that names a workload that there is not is told', (kind, more) => {
    const given = PlanEdit.parse({ kind, workloadId: 'w9', reason: 'r', ...more });
    const { problems } = planOf([inventoryWorkload({ id: 'w0' })], planSettings(), [given]);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'edit-of-unplanned', message: expect.stringContaining('w9') }),
    );
  });
});

function frozenUntil(end: string): object {
  return { calendar: { blackouts: [{ start: '2027-01-01T00:00:00Z', end, reason: 'r' }] } };
}
