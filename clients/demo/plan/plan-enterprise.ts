import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverView } from '../../../shared/contracts/api';
import { createContainers, startAzurite } from '../azurite';
import { APP_ROOT, BACKUP_CONTAINER, startControlPlane, type ControlPlane } from '../control-plane';
import type { DemoOutcome } from '../demo-outcome';
import {
  buildWorkload,
  secretNameOf,
  startWorkload,
  type DemoWorkload,
  type RunningWorkload,
} from '../demo-workload';
import { bytesWords } from '../event-lines';
import type { View } from '../events';
import { followWave } from '../follow-wave';
import { Gatekeeper } from '../gatekeeper';
import { percentile, type OutageSummary } from '../outage-meter';
import type { Processes } from '../processes';
import { Proof } from '../proof';
import { agreeOnPlan } from './agree-on-plan';
import { makeEnterprise } from './enterprise';
import { importEnterprise } from './import-enterprise';
import { makePlan } from './make-plan';
import { PILOT, pilotFacts, withPilot } from './pilot';
import { openDesk, type PlanDesk } from './plan-desk';
import { writePortfolioFiles } from './portfolio-files';

const SERVERS = 2_000;
const SEED = 1;
const REAL_FILES = 600;
const PATIENCE_MS = 60_000;

/** From the exports of an enterprise to its plan, and from the plan to files that have moved. */
export async function planEnterprise(data: string, processes: Processes, view: View): Promise<DemoOutcome> {
  const step = (text: string): void => view.emit({ event: 'step', text });
  step('Building two web applications out of real files, and an enterprise around them');
  const enterprise = withPilot(makeEnterprise(SERVERS - PILOT.length, SEED));
  const built = PILOT.map((plan) => buildWorkload(plan, data, join(APP_ROOT, 'node_modules'), REAL_FILES));
  const { plane, running } = await startAll(data, processes, built, view);
  const portfolio = await writePortfolioFiles(join(data, 'portfolio'), enterprise, pilotFacts(running));
  step(
    `Wrote ${portfolio.paths.length} files, ${bytesWords(portfolio.bytes)}, to ${join(data, 'portfolio')}; the control plane listens on ${plane.url}`,
  );
  const proof = new Proof(view.emit);
  const desk = openDesk(plane, view, proof);
  const { importSeconds, ...counts } = await importEnterprise(desk, enterprise, portfolio);
  const { planSeconds, waves } = await makePlan(desk, counts.workloads);
  await agreeOnPlan(desk, waves);
  step('Starting wave 1 from the plan: its workloads, window and people stand there already');
  const moved = await moveFirstWave(desk, plane);
  step('Proving it');
  const outages = await proveMoved({ desk, plane, running, ...moved, data, processes });
  const longestMs = outages.map(({ longestOutageMs }) => longestOutageMs).sort((a, b) => a - b);
  const files = built.reduce((sum, workload) => sum + workload.files.files.length, 0);
  const bytes = built.reduce((sum, workload) => sum + workload.files.totalBytes, 0);
  return {
    proof,
    outageMs: { p50: percentile(longestMs, 0.5), p99: percentile(longestMs, 0.99) },
    figures: {
      ...counts,
      waves: waves.length,
      importSeconds: rounded(importSeconds),
      planSeconds: rounded(planSeconds),
      files,
      bytes,
    },
  };
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

async function startAll(
  data: string,
  processes: Processes,
  built: readonly DemoWorkload[],
  view: View,
): Promise<{ readonly plane: ControlPlane; readonly running: readonly RunningWorkload[] }> {
  mkdirSync(join(data, 'azurite'));
  const connection = await startAzurite(processes, join(data, 'azurite'));
  await createContainers(connection, [BACKUP_CONTAINER, ...PILOT.map(({ id }) => id)]);
  const secrets = Object.fromEntries(built.map(({ plan, hookSecret }) => [secretNameOf(plan), hookSecret]));
  const [plane, ...running] = await Promise.all([
    startControlPlane(processes, join(data, 'causeway'), connection, secrets),
    ...built.map((workload) => startWorkload(processes, workload, connection, view.emit)),
  ]);
  return { plane, running };
}

async function moveFirstWave(
  { client, lead, view, proof }: PlanDesk,
  { api, people }: ControlPlane,
): Promise<Pick<Evidence, 'waveId' | 'cutovers'>> {
  const wave = await client.startWave(lead, 1, 'The plan is approved and the window is open');
  const { started } = await client.plan(lead);
  proof.check('The plan knows its wave that runs', started['1'] === wave.id, wave.id);
  const gatekeeper = new Gatekeeper(api, people, view);
  const cutovers = await followWave(api, lead, wave.id, gatekeeper, view.emit, PATIENCE_MS);
  return { waveId: wave.id, cutovers };
}

interface Evidence {
  readonly desk: PlanDesk;
  readonly plane: ControlPlane;
  readonly running: readonly RunningWorkload[];
  readonly waveId: string;
  readonly cutovers: ReadonlyMap<string, CutoverView>;
  readonly data: string;
  readonly processes: Processes;
}

/** By looking at the applications, their files and the logs. */
async function proveMoved(evidence: Evidence): Promise<OutageSummary[]> {
  const { desk, plane, running, waveId, cutovers, data, processes } = evidence;
  const { proof, lead, view } = desk;
  const outages: OutageSummary[] = [];
  const waveLog = await plane.api.exportLog(lead, 'waves', waveId);
  await proof.logVerifies(processes, data, waveId, waveLog);
  for (const workload of running) {
    const { id } = workload.plan;
    const cutover = cutovers.get(id);
    const status = cutover?.status ?? 'absent';
    proof.check(`${id} has arrived`, status === 'completed', `its cutover is ${status}`);
    await proof.servesEveryFile(workload, 'target');
    await proof.takesWrites(workload);
    if (cutover !== undefined) {
      await proof.reportsUnsupported(plane.api, lead, workload, cutover);
      const log = await plane.api.exportLog(lead, 'cutovers', cutover.id);
      await proof.logVerifies(processes, data, cutover.id, log);
    }
    const summary = await workload.stopReading();
    view.emit({ event: 'outage', workload: id, summary });
    proof.readerSaw(workload, summary);
    outages.push(summary);
  }
  return outages;
}
