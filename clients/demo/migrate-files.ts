import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CutoverView } from '../../shared/contracts/api';
import type { Role } from '../../shared/contracts/principal';
import type { WaveInput } from '../../shared/contracts/wave';
import type { Person } from './api-client';
import { createContainers, startAzurite } from './azurite';
import { APP_ROOT, BACKUP_CONTAINER, startControlPlane, type ControlPlane } from './control-plane';
import {
  buildWorkload,
  secretNameOf,
  startWorkload,
  workloadInput,
  type DemoWorkload,
  type RunningWorkload,
  type WorkloadPlan,
} from './demo-workload';
import type { View } from './events';
import { bytesWords } from './event-lines';
import { followWave } from './follow-wave';
import { Gatekeeper } from './gatekeeper';
import type { DemoOutcome } from './demo-outcome';
import { percentile, type OutageSummary } from './outage-meter';
import type { Processes } from './processes';
import { Proof } from './proof';
import { hashTree } from './tree-hash';

const WAVE_ID = 'wave-1';
const REAL_FILES = 1_200;
const PATIENCE_MS = 60_000;
const WINDOW_MS = 2 * 3_600_000;

const PLANS: readonly [WorkloadPlan, WorkloadPlan] = [
  { id: 'handbook', title: 'Handbook', seed: 0, largeMiB: [32], breakTarget: false },
  { id: 'downloads', title: 'Downloads', seed: 1, largeMiB: [24, 20], breakTarget: true },
];

/** The whole demo, but for what must be cleaned up after it. */
export async function migrateFiles(data: string, processes: Processes, view: View): Promise<DemoOutcome> {
  const { emit } = view;
  const step = (text: string): void => emit({ event: 'step', text });
  step('Building two workloads out of real files');
  const built = PLANS.map((plan) => buildWorkload(plan, data, join(APP_ROOT, 'node_modules'), REAL_FILES));
  const files = built.reduce((sum, workload) => sum + workload.files.files.length, 0);
  const bytes = built.reduce((sum, workload) => sum + workload.files.totalBytes, 0);
  step(
    `${files} files, ${bytesWords(bytes)}; starting Azurite, the applications, their readers, the control plane`,
  );
  mkdirSync(join(data, 'azurite'));
  const connectionString = await startAzurite(processes, join(data, 'azurite'));
  await createContainers(connectionString, [BACKUP_CONTAINER, ...PLANS.map(({ id }) => id)]);
  const [plane, ...workloads] = await Promise.all([
    startControlPlane(processes, join(data, 'causeway'), connectionString, secretsOf(built)),
    ...built.map((workload) => startWorkload(processes, workload, connectionString, emit)),
  ]);
  const [arriving, failing] = workloads as [RunningWorkload, RunningWorkload];
  const before = hashTree(failing.files.root);
  step(`The control plane listens on ${plane.url}; planning and starting ${WAVE_ID}`);
  const cutovers = await runWave(plane, workloads, view);
  const proof = new Proof(emit);
  step('Proving it');
  const outages = await proveAll(proof, {
    plane,
    arriving,
    failing,
    cutovers,
    before,
    data,
    processes,
    view,
  });
  const longestMs = outages.map(({ longestOutageMs }) => longestOutageMs).sort((a, b) => a - b);
  const outageMs = { p50: percentile(longestMs, 0.5), p99: percentile(longestMs, 0.99) };
  return { proof, outageMs, figures: { files, bytes } };
}

const secretsOf = (built: readonly DemoWorkload[]) =>
  Object.fromEntries(built.map(({ plan, hookSecret }) => [secretNameOf(plan), hookSecret]));

async function runWave(
  { api, people }: ControlPlane,
  workloads: readonly RunningWorkload[],
  view: View,
): Promise<ReadonlyMap<string, CutoverView>> {
  const lead = personOf(people, 'lead');
  for (const workload of workloads) await api.createWorkload(lead, workloadInput(workload));
  await api.createWave(lead, waveInput(workloads, people));
  await api.startWave(lead, WAVE_ID, 'The demo was started');
  const gatekeeper = new Gatekeeper(api, people, view);
  return followWave(api, personOf(people, 'viewer'), WAVE_ID, gatekeeper, view.emit, PATIENCE_MS);
}

const waveInput = (
  workloads: readonly RunningWorkload[],
  people: ReadonlyMap<Role, Person>,
): z.input<typeof WaveInput> => ({
  id: WAVE_ID,
  name: 'Two web applications',
  workloadIds: workloads.map(({ plan }) => plan.id),
  window: {
    start: new Date(Date.now() - 60_000).toISOString(),
    end: new Date(Date.now() + WINDOW_MS).toISOString(),
  },
  stakeholders: [...people.values()].map(({ name, role }) => ({ name, role })),
  escalationContact: 'Lena, at this terminal',
});

interface Evidence {
  readonly plane: ControlPlane;
  readonly arriving: RunningWorkload;
  readonly failing: RunningWorkload;
  readonly cutovers: ReadonlyMap<string, CutoverView>;
  /** Hash of the failing workload's folder before the wave. */
  readonly before: string;
  readonly data: string;
  readonly processes: Processes;
  readonly view: View;
}

async function proveAll(proof: Proof, evidence: Evidence): Promise<OutageSummary[]> {
  const { plane, arriving, failing, cutovers, before, view } = evidence;
  const viewer = personOf(plane.people, 'viewer');
  const [arrived, returned] = [cutovers.get(arriving.plan.id), cutovers.get(failing.plan.id)];
  proof.check(
    'handbook has arrived',
    arrived?.status === 'completed',
    `its cutover is ${arrived?.status ?? 'absent'}`,
  );
  proof.check(
    'downloads was rolled back',
    returned?.status === 'rolled-back',
    `its cutover is ${returned?.status ?? 'absent'}`,
  );
  await proof.servesEveryFile(arriving, 'target');
  if (arrived !== undefined) await proof.reportsUnsupported(plane.api, viewer, arriving, arrived);
  const after = hashTree(failing.files.root);
  proof.check(
    'downloads has its folder as it was',
    after === before,
    `SHA-256 over the tree ${after.slice(0, 16)}…`,
  );
  await proof.servesEveryFile(failing, 'source');
  for (const workload of [arriving, failing]) await proof.takesWrites(workload);
  await proveLogs(proof, evidence, viewer);
  const outages: OutageSummary[] = [];
  for (const workload of [arriving, failing]) {
    const summary = await workload.stopReading();
    view.emit({ event: 'outage', workload: workload.plan.id, summary });
    proof.readerSaw(workload, summary);
    outages.push(summary);
  }
  return outages;
}

async function proveLogs(
  proof: Proof,
  { plane, cutovers, data, processes }: Evidence,
  viewer: Person,
): Promise<void> {
  const { api } = plane;
  await proof.logVerifies(processes, data, WAVE_ID, await api.exportLog(viewer, 'waves', WAVE_ID));
  for (const { id } of cutovers.values())
    await proof.logVerifies(processes, data, id, await api.exportLog(viewer, 'cutovers', id));
}

function personOf(people: ReadonlyMap<Role, Person>, role: Role): Person {
  const person = people.get(role);
  if (person === undefined) throw new Error(`Nobody is ${role}`);
  return person;
}
