// A portfolio and plans of it as small as their schemas allow, for tests of what keeps, shows and runs them.
import { Classification } from '../../../shared/contracts/planning/classification';
import { PlannedWave, type PlanContent } from '../../../shared/contracts/planning/plan';
import { InventoryWorkload, type Portfolio } from '../../../shared/contracts/planning/portfolio';
import { PlanSettings } from '../../../shared/contracts/planning/settings';
import { minutes, START } from '../sample-plan';

export const sampleInventory = (id: string, change: object = {}): InventoryWorkload =>
  InventoryWorkload.parse({
    id,
    name: `The ${id}`,
    application: id,
    owner: 'Olga',
    criticality: 'low',
    criticalityConfirmed: { by: 'Olga', at: START },
    environment: 'test',
    ...change,
  });

export const samplePortfolio = (count: number, change: object = {}): Portfolio => ({
  workloads: Array.from({ length: count }, (_, n) =>
    sampleInventory(`w${String(n).padStart(5, '0')}`, change),
  ),
  connections: [],
});

/** What a cutover needs and only people know. */
export const sampleExecution = (id: string) => ({
  assets: [{ id: 'files', kind: 'files', root: '/srv/shop', container: `${id}-files` }],
  controls: { kind: 'manual' },
  rollbackPlan: 'Point the load balancer back.',
});

export const sampleSettings = (change: object = {}): PlanSettings =>
  PlanSettings.parse({ earliestStart: START, emergencyChannel: '+49 30 1234567', ...change });

export const sampleClassification = (workloadId: string, change: object = {}): Classification =>
  Classification.parse({
    workloadId,
    downtimeToleranceMinutes: 60,
    method: 'offline',
    path: { kind: 'vpn', tool: 'AzCopy', transferMinutes: null, cost: null, options: [] },
    downtimeMinutes: { low: 1, likely: 2, high: 3 },
    complexity: 1,
    risk: 1,
    precedence: 0,
    remediations: [],
    assumed: [],
    reasons: [],
    ...change,
  });

/** A wave that begins so many hours after the sample plans. */
export const samplePlannedWave = (number: number, workloadIds: string[], hours = number): PlannedWave => {
  const window = { start: minutes(hours * 60), end: minutes((hours + 10) * 60), timeZone: 'UTC' };
  const cutovers = workloadIds.map((workloadId) => ({ workloadId, start: window.start, end: window.end }));
  return PlannedWave.parse({
    number,
    workloadIds,
    after: number > 1 ? [number - 1] : [],
    summary: 'test',
    servers: 0,
    complexity: 1,
    risk: 1,
    dates: { window, parts: [], cutovers, readOnly: [], alternatives: [], avoided: [], reasons: [] },
    reasons: [],
  });
};

/** One wave for each list of workloads. */
export const samplePlanContent = (
  waves: readonly string[][],
  change: Partial<PlanContent> = {},
): PlanContent => ({
  settings: sampleSettings(),
  portfolioHash: '0'.repeat(64),
  edits: [],
  classifications: waves
    .flat()
    .sort()
    .map((id) => sampleClassification(id)),
  waves: waves.map((workloadIds, index) => samplePlannedWave(index + 1, workloadIds)),
  cuts: [],
  sharedServices: [],
  excluded: [],
  problems: [],
  ...change,
});
