import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningWorkload } from '../../../clients/demo/demo-workload';
import { makeEnterprise } from '../../../clients/demo/plan/enterprise';
import { dependenciesCsv, factsYaml, inventoryCsv } from '../../../clients/demo/plan/enterprise-files';
import { PILOT, pilotFacts, withPilot } from '../../../clients/demo/plan/pilot';
import { planSettings } from '../../../clients/demo/plan/plan-settings';
import { workloadsOf } from '../../../clients/demo/plan/portfolio-files';
import type { PlanEdit } from '../../../shared/contracts/planning/edit';
import { InventoryMapping } from '../../../shared/contracts/planning/import';
import type { Portfolio } from '../../../shared/contracts/planning/portfolio';
import { PlanSettings } from '../../../shared/contracts/planning/settings';
import { FileTableReader } from '../../../shared/adapters/tables/file-table-reader';
import { importInventory } from '../../../shared/domain/planning/import/import-inventory';
import { makePlan } from '../../../shared/domain/planning/make-plan';
import { workloadInputOf } from '../../../shared/domain/planning/run/workload-input-of';
import { trackedRemediations } from '../../../shared/domain/planning/readiness/tracked-remediations';

const PILOT_IDS = PILOT.map(({ id }) => id).sort();
const enterprise = withPilot(makeEnterprise(200, 1));

/** As if its applications ran. */
const running = PILOT.map((plan): RunningWorkload => ({
  plan,
  files: {
    root: `/files/${plan.id}`,
    files: [{ path: 'a.txt', sizeBytes: 1, sha256: 'a'.repeat(64) }],
    totalBytes: 30_000_000,
    unsupported: [],
  },
  hookSecret: 'whsec_',
  folder: '/folder',
  url: 'http://127.0.0.1:1',
  stopReading: () => Promise.reject(new Error('nothing reads')),
}));

describe('The pilot in the enterprise of the demo', () => {
  let portfolio: Portfolio;

  beforeAll(async () => {
    const reader = new FileTableReader();
    const files: [string, Iterable<string>][] = [
      ['inventory.csv', inventoryCsv(enterprise)],
      ['dependencies.csv', dependenciesCsv(enterprise)],
      ['owners.yaml', factsYaml(enterprise)],
      ['pilot.json', [JSON.stringify(pilotFacts(running))]],
    ];
    const sources = await Promise.all(
      files.map(([name, text]) => {
        const blob = new Blob([...text]);
        return reader.read({ name, open: () => blob.stream() });
      }),
    );
    const before = { workloads: [], connections: [] };
    const mapping = InventoryMapping.parse({});
    const imported = await importInventory({ before, sources: sources.flat(), mapping });
    expect(imported.result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    portfolio = confirmed(imported.portfolio);
  });

  it('is counted with every server and workload that was made up', () => {
    const servers = portfolio.workloads.reduce((sum, workload) => sum + workload.servers.length, 0);
    expect([portfolio.workloads.length, servers]).toEqual([workloadsOf(enterprise), enterprise.servers]);
  });

  it('has everything that its cutovers need', () => {
    const runnable = portfolio.workloads
      .filter(({ id }) => PILOT_IDS.includes(id))
      .map((workload) =>
        workloadInputOf(
          workload,
          { method: 'offline', downtimeToleranceMinutes: 2_880 },
          trackedRemediations(workload, [], '2026-11-21'),
        ),
      );
    expect(runnable.map(({ kind }) => kind)).toEqual(['runnable', 'runnable']);
  });

  it.each([
    ['on an ordinary day', '2026-11-18T10:00:00Z'],
    ['in a window of the others', '2026-11-21T21:55:00Z'],
    ['at the end of a month', '2026-11-30T12:00:00Z'],
    ['on a holiday, over a change of years', '2026-12-26T23:30:00Z'],
    ['when clocks change', '2027-03-28T01:30:00Z'],
  ])('is the first wave, without an error, %s', (_, now) => {
    const settings = PlanSettings.parse(planSettings(new Date(now), []));
    const plan = (edits: readonly PlanEdit[]) =>
      makePlan({ portfolio, portfolioHash: 'a'.repeat(64), settings, edits, previous: null });
    const services = plan([]).waves[0]?.workloadIds ?? [];
    expect(services).not.toEqual(expect.arrayContaining(PILOT_IDS));
    const start = Date.parse(now) - 60_000;
    const window = {
      start: new Date(start).toISOString(),
      end: new Date(start + 6 * 3_600_000).toISOString(),
      timeZone: 'UTC',
    };
    const { waves, problems } = plan([
      ...services.map((workloadId) => ({ kind: 'exclude', workloadId, reason: 'is there' }) as const),
      { kind: 'date', workloadId: PILOT_IDS[0] ?? '', window, reason: 'today' },
    ]);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(waves[0]?.workloadIds).toEqual(PILOT_IDS);
    expect(waves[0]?.dates?.window.start).toBe(window.start);
    expect(waves.filter(({ dates }) => dates === null)).toEqual([]);
  });
});

/** As its owner does it over the API. */
const confirmed = ({ workloads, connections }: Portfolio): Portfolio => ({
  workloads: workloads.map((workload) =>
    PILOT_IDS.includes(workload.id)
      ? { ...workload, criticalityConfirmed: { by: 'Olga', at: '2026-11-21T00:00:00.000Z' } }
      : workload,
  ),
  connections,
});
