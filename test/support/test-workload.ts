// A workload of a scenario: real files in a folder, the demo's web application over that folder and a real container, and a relay
// between it and Causeway where a test can step in.
import { ContainerClient } from '@azure/storage-blob';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { AppConfig, KnownFile } from '../../clients/demo/app-config';
import { buildFileSet } from '../../clients/demo/file-set';
import { urlPathOf } from '../../clients/demo/item-path';
import type { Side } from '../../shared/contracts/controls';
import type { TransferLimits } from '../../shared/contracts/transfer';
import type { WorkloadInput } from '../../shared/contracts/workload';
import { startHttpRelay, type HttpRelay, type Instead } from './http-relay';
import { runAlone, serveWithin, type WorkloadApp } from './workload-app';

const ROOT = join(__dirname, '../..');

/** One thing that Causeway asks of the workload or its storage. */
export type WorkloadTouch =
  | { readonly kind: 'hook'; readonly operation: string; readonly side: Side }
  /** A check at an address of the application. */
  | { readonly kind: 'probe'; readonly path: string }
  | { readonly kind: 'blob'; readonly method: string; readonly path: string };

export type StepIn = (
  touch: WorkloadTouch,
) => Promise<Instead | undefined | void> | Instead | undefined | void;

export interface TestWorkloadOptions {
  readonly id: string;
  /** How many small files it has; `awkward` is the demo's set with every kind of name. */
  readonly files?: number | 'awkward';
  readonly breakTarget?: boolean;
  readonly limits?: z.input<typeof TransferLimits>;
  /** What differs from the usual plan. */
  readonly plan?: Partial<z.input<typeof WorkloadInput>>;
  readonly stepIn?: StepIn;
  /** Its application has a process of its own, so that it can be killed. */
  readonly isMortal?: boolean;
  /** Nobody describes it to Causeway: a plan will. */
  readonly isUndescribed?: boolean;
}

export interface AppAbout {
  readonly activeSide: Side;
  readonly frozen: boolean;
  readonly sides: Readonly<Record<Side, { readonly serving: boolean; readonly writable: boolean }>>;
}

const READINESS = [
  'adoption-plan',
  'landing-zone',
  'skills',
  'assessment',
  'target-architecture',
  'rollback-rehearsed',
] as const;

export class TestWorkload {
  /** Called for everything Causeway asks; what it returns happens instead. */
  stepIn: StepIn;
  readonly id: string;
  readonly root: string;
  readonly files: KnownFile[];
  readonly hookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  readonly container: ContainerClient;
  #app: WorkloadApp | null = null;
  #relay: HttpRelay | null = null;

  constructor(
    private readonly folder: string,
    private readonly storage: string,
    private readonly options: TestWorkloadOptions,
  ) {
    this.id = options.id;
    this.stepIn = options.stepIn ?? (() => undefined);
    this.root = join(folder, 'files');
    this.files =
      options.files === 'awkward' ? awkwardFiles(this.root) : smallFiles(this.root, options.files ?? 8);
    this.container = new ContainerClient(storage, this.id);
  }

  get secretName(): string {
    return `${this.id}-hook`;
  }

  /** Where users reach it. */
  get url(): string {
    return `http://127.0.0.1:${this.#app?.port ?? 0}`;
  }

  async start(): Promise<void> {
    await this.container.createIfNotExists();
    await this.startApp();
    this.#relay = await startHttpRelay(
      () => this.url,
      async ({ path, body }) => (await this.stepIn(touchOf(path, body))) ?? undefined,
    );
  }

  /** Starts its application, again where users reached it before and with what it had stored. */
  async startApp(): Promise<void> {
    const config: AppConfig = {
      name: this.id,
      port: this.#app?.port ?? 0,
      folder: this.root,
      storage: { connectionString: this.storage, container: this.id, prefix: '' },
      stateFile: join(this.folder, 'state.json'),
      hookSecret: this.hookSecret,
      knownFiles: this.files.slice(0, 2),
      breakTarget: this.options.breakTarget ?? false,
    };
    this.#app = this.options.isMortal
      ? await runAlone(config, join(this.folder, 'app.json'))
      : await serveWithin(config);
  }

  /** SIGKILL to its application: nothing is said to anybody. */
  async killApp(): Promise<void> {
    if (this.options.isMortal !== true) throw new Error(`${this.id} has no process of its own`);
    await this.#app?.end();
  }

  async stop(): Promise<void> {
    await this.#relay?.close();
    await this.#app?.end();
  }

  plan(): z.input<typeof WorkloadInput> {
    const known = this.files.slice(0, 2);
    return {
      id: this.id,
      name: `Workload ${this.id}`,
      owner: 'Olga',
      criticality: 'medium',
      environment: 'production',
      method: 'offline',
      acceptableDowntimeMs: 300_000,
      assets: [
        { id: 'files', kind: 'files', root: this.root, container: this.id, limits: this.options.limits },
      ],
      controls: { kind: 'http', url: `${this.#relay?.url ?? ''}/hooks`, secret: this.secretName },
      acceptance: checksAt(`${this.#relay?.url ?? ''}/sides/target`, known),
      observationChecks: checksAt(this.url, this.files.slice(0, 12)),
      thresholds: { maxP95Ms: 60_000 },
      observationMs: 0,
      stabilisationMs: 0,
      rollbackEstimateMs: 60_000,
      rollbackPlan: 'Switch users back to the folder, stop the target, start the source for writing.',
      readiness: READINESS.map((key) => ({ key, met: true, note: 'Recorded for the scenario.' })),
      ...this.options.plan,
    };
  }

  /** What the application says of itself, asked directly. */
  async about(): Promise<AppAbout> {
    return (await (await fetch(this.url)).json()) as AppAbout;
  }

  /** Reads a file as users do; null where it is not served. */
  async read(path: string, side?: Side): Promise<{ sha256: string; servedFrom: string | null } | null> {
    const place = side === undefined ? 'files' : `sides/${side}/files`;
    const response = await fetch(`${this.url}/${place}/${urlPathOf(path)}`);
    const content = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return null;
    return { sha256: sha256(content), servedFrom: response.headers.get('x-served-from') };
  }

  /** Writes a file, as users do or to one side; the HTTP status. */
  async write(path: string, content: string, side?: Side): Promise<number> {
    const place = side === undefined ? 'files' : `sides/${side}/files`;
    return (await fetch(`${this.url}/${place}/${urlPathOf(path)}`, { method: 'PUT', body: content })).status;
  }

  /** Deploys, which a freeze forbids; the HTTP status. */
  async release(): Promise<number> {
    return (await fetch(`${this.url}/releases`, { method: 'POST' })).status;
  }
}

const touchOf = (path: string, body: Buffer): WorkloadTouch => {
  const operation = /^\/hooks\/([a-z]+)$/.exec(path)?.[1];
  if (operation === undefined) return { kind: 'probe', path };
  return { kind: 'hook', operation, side: (JSON.parse(body.toString('utf8')) as { side: Side }).side };
};

const checksAt = (address: string, files: readonly KnownFile[]) =>
  files.map(({ path, sha256: expectBodySha256 }) => ({
    name: `Reads ${path}`.slice(0, 200),
    url: `${address}/files/${urlPathOf(path)}`,
    expectBodySha256,
    maxDurationMs: 60_000,
  }));

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

const awkwardFiles = (root: string): KnownFile[] => [
  ...buildFileSet({ root, from: join(ROOT, 'node_modules'), realFiles: 6, seed: 1, largeMiB: [1] }).files,
];

function smallFiles(root: string, count: number): KnownFile[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `folder-${index % 3}/file-${String(index).padStart(2, '0')}.txt`;
    const content = Buffer.from(`${path}\n`.repeat(1 + index * 10));
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    return { path, sizeBytes: content.length, sha256: sha256(content) };
  });
}
