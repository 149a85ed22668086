import type { z } from 'zod';
import type { CausewayInventory } from '../../../shared/contracts/planning/import';
import { executionOf, READINESS, type RunningWorkload, type WorkloadPlan } from '../demo-workload';
import type { Enterprise, MadeApplication, MadeServer } from './enterprise';

/**
 * The applications of the enterprise that really exist. What puts them first are facts that the rules look at: development, internal,
 * of low criticality, and nothing left to be done before they move.
 */
export const PILOT: readonly WorkloadPlan[] = [
  { id: 'handbook-development', title: 'Handbook', seed: 0, largeMiB: [24], breakTarget: false },
  { id: 'downloads-development', title: 'Downloads', seed: 1, largeMiB: [16, 12], breakTarget: false },
];
const OWNER = 'Olga';
const UNIT = 'Digital Workplace';

const serverOf = ({ id }: WorkloadPlan, index: number): MadeServer => ({
  name: `${id.slice(0, 4)}dweb01`,
  address: `10.9.0.${index + 2}`,
  tier: 'web',
  system: 'Ubuntu 22.04 LTS',
  cores: 2,
  memoryMb: 4_096,
  storageGb: 40,
  isUefi: true,
});

/** With the pilot's applications; each calls the one before it. */
export function withPilot(enterprise: Enterprise): Enterprise {
  const first = enterprise.applications.length;
  const added = PILOT.map((plan, index): MadeApplication => ({
    name: plan.title,
    unit: UNIT,
    owner: OWNER,
    criticality: 'low',
    isInternal: true,
    database: { process: '', port: 0 },
    instances: [{ environment: 'development', servers: [serverOf(plan, index)] }],
    calls: index === 0 ? [] : [first + index - 1],
    isChatty: false,
  }));
  return {
    ...enterprise,
    servers: enterprise.servers + added.length,
    applications: [...enterprise.applications, ...added],
  };
}

/** What its people know, and supply for the cutovers, as a file of Causeway. */
export const pilotFacts = (running: readonly RunningWorkload[]): z.input<typeof CausewayInventory> => ({
  workloads: running.map((workload) => ({
    id: workload.plan.id,
    owner: OWNER,
    businessUnit: UNIT,
    criticality: 'low',
    environment: 'development',
    isInternal: true,
    dataGb: workload.files.totalBytes / 1e9,
    acceptableDowntimeMinutes: 2_880,
    maintenance: [
      {
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        from: '00:00',
        to: '00:00',
        timeZone: 'UTC',
      },
    ],
    tracked: READINESS.map((key) => ({ key, state: 'done', note: 'Part of the demo.' })),
    execution: executionOf(workload),
  })),
});
