import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Execution } from '../../shared/contracts/planning/portfolio';
import type { WorkloadInput } from '../../shared/contracts/workload';
import type { AppConfig } from './app-config';
import type { Emit } from './events';
import { buildFileSet, type FileSet } from './file-set';
import { urlPathOf } from './item-path';
import type { OutageSummary } from './outage-meter';
import type { Child, Processes } from './processes';
import type { ReaderConfig } from './reader-client';

const READS_PER_SECOND = 50;
/** What a reader asks for: small enough that its latency is the application's. */
const READABLE_BYTES = 256 << 10;

export interface WorkloadPlan {
  readonly id: string;
  readonly title: string;
  readonly seed: number;
  readonly largeMiB: readonly number[];
  readonly breakTarget: boolean;
}

export interface DemoWorkload {
  readonly plan: WorkloadPlan;
  readonly files: FileSet;
  readonly hookSecret: string;
  readonly folder: string;
}

/** A workload with its application and its reader running. */
export interface RunningWorkload extends DemoWorkload {
  readonly url: string;
  /** Stops the reader; what it saw. */
  stopReading(): Promise<OutageSummary>;
}

export function buildWorkload(
  plan: WorkloadPlan,
  data: string,
  modules: string,
  realFiles: number,
): DemoWorkload {
  const { seed, largeMiB } = plan;
  const folder = join(data, plan.id);
  const files = buildFileSet({ root: join(folder, 'files'), from: modules, realFiles, seed, largeMiB });
  return { plan, files, folder, hookSecret: `whsec_${randomBytes(32).toString('base64')}` };
}

export async function startWorkload(
  processes: Processes,
  workload: DemoWorkload,
  connectionString: string,
  emit: Emit,
): Promise<RunningWorkload> {
  const { plan, files } = workload;
  const app: AppConfig = {
    name: plan.title,
    port: 0,
    folder: files.root,
    storage: { connectionString, container: plan.id, prefix: '' },
    stateFile: join(workload.folder, 'state.json'),
    hookSecret: workload.hookSecret,
    knownFiles: knownFilesOf(files),
    breakTarget: plan.breakTarget,
  };
  const child = processes.start(plan.title, [
    join(__dirname, 'workload-app.js'),
    configFile(workload, 'app', app),
  ]);
  const [, port = ''] = await child.line(/"port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const readable = files.files.filter(({ sizeBytes }) => sizeBytes <= READABLE_BYTES);
  const config: ReaderConfig = { url, files: readable, readsPerSecond: READS_PER_SECOND, seed: plan.seed };
  const reader = processes.start(`reader of ${plan.title}`, [
    join(__dirname, 'reader-client.js'),
    configFile(workload, 'reader', config),
  ]);
  return { ...workload, url, stopReading: followReader(reader, plan.id, emit) };
}

/** As Causeway is told about it. */
export function workloadInput(workload: RunningWorkload): z.input<typeof WorkloadInput> {
  const { id, title } = workload.plan;
  return {
    ...executionOf(workload),
    id,
    name: title,
    owner: 'Olga',
    criticality: 'medium',
    environment: 'production',
    method: 'offline',
    acceptableDowntimeMs: 300_000,
    readiness: READINESS.map((key) => ({ key, met: true, note: 'Part of the demo.' })),
  };
}

/** What its people supply for its cutover: acceptance is looked for at the target's own address, before users come; then at theirs. */
export const executionOf = ({ plan, files, url }: RunningWorkload) =>
  ({
    assets: [
      { id: 'files', kind: 'files', root: files.root, container: plan.id, limits: { parallelSlices: 4 } },
    ],
    controls: { kind: 'http', url: `${url}/hooks`, secret: secretNameOf(plan) },
    acceptance: checksAt(`${url}/sides/target`, files),
    observationChecks: checksAt(url, files),
    // A laptop that runs all of this at once is slow at times.
    thresholds: { maxP95Ms: 3_000 },
    observationMs: 3_000,
    stabilisationMs: 0,
    rollbackEstimateMs: 60_000,
    rollbackPlan: 'Switch users back to the folder, stop the target, start the source for writing.',
  }) satisfies z.input<typeof Execution>;

const checksAt = (address: string, files: FileSet) => [
  { name: 'Health', url: `${address}/health` },
  ...knownFilesOf(files).map(({ path, sha256 }) => ({
    name: `Reads ${path}`.slice(0, 200),
    url: `${address}/files/${urlPathOf(path)}`,
    expectBodySha256: sha256,
  })),
];

export const secretNameOf = ({ id }: WorkloadPlan): string => `${id}-hook`;

export const READINESS = [
  'adoption-plan',
  'landing-zone',
  'skills',
  'assessment',
  'target-architecture',
  'rollback-rehearsed',
] as const;

/** A few from all over the set, none of them large. */
function knownFilesOf({ files }: FileSet): AppConfig['knownFiles'] {
  const small = files.filter(({ sizeBytes }) => sizeBytes <= READABLE_BYTES);
  return [0, 0.5, 0.9, 0.99].flatMap((share) => small[Math.floor(share * small.length)] ?? []);
}

function configFile(workload: DemoWorkload, name: string, config: object): string {
  const file = join(workload.folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

function followReader(reader: Child, workload: string, emit: Emit): () => Promise<OutageSummary> {
  let last: OutageSummary | null = null;
  reader.onLine((line) => {
    const { event, ...summary } = JSON.parse(line) as OutageSummary & { event: string };
    last = summary;
    if (event === 'reading') emit({ event: 'reading', workload, summary });
  });
  return async () => {
    await reader.finish();
    if (last === null) throw new Error(`The ${reader.name} saw nothing: ${reader.complaint()}`);
    return last;
  };
}
