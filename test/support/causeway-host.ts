// The whole application for scenarios: the compiled single-node host in a process of its own, Azurite, and people with tokens.
// Everything goes through the HTTP API. It does not prove anything about Azure's own engine, storage or sign-in.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerClient } from '@azure/storage-blob';
import { ApiClient, type Person } from '../../clients/demo/api-client';
import { CreatedToken } from '../../shared/contracts/api';
import type { Role } from '../../shared/contracts/principal';
import { startAzurite, type Azurite } from './azurite';
import { runChild, type RunningChild } from './child';
import { startHttpRelay, type HttpRelay } from './http-relay';
import { TestWorkload, type TestWorkloadOptions } from './test-workload';

const ROOT = join(__dirname, '../..');
const BACKUPS = 'causeway-backups';
const LOOK_EVERY_MS = 60;
/** Generous: it only ends a scenario that hangs. */
const PATIENCE_MS = 480_000;
/** Both clocks of the host have read a changed offset after this. */
const CLOCK_REREAD_MS = 350;

const NAMES: Readonly<Record<Role, string>> = {
  lead: 'Lena',
  operator: 'Otto',
  owner: 'Olga',
  tester: 'Theo',
  approver: 'Amir',
  viewer: 'Vera',
};

/** Services that the application stands on instead of files of this machine. */
export interface Surroundings {
  /** Settings of the host for them; known once they are started. */
  readonly environment: Readonly<Record<string, string>>;
  /** `storage` is the connection string of the storage account. */
  start(storage: string): Promise<void>;
  keepSecrets(secrets: Readonly<Record<string, string>>): void;
  stop(): Promise<void>;
}

export interface CausewayOptions {
  /** Files of this machine where absent. */
  readonly surroundings?: Surroundings;
  /** Settings of the host beside those that every scenario has. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The host's clock can be advanced. */
  readonly clock?: boolean;
  /** Azurite keeps its blobs on disk, so that it can be stopped and started again. */
  readonly storageOnDisk?: boolean;
}

/** The processes, the people and the clock of one control plane. */
export class CausewayHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'causeway-scenario-'));
  readonly people = {} as Record<Role, Person>;
  #api: ApiClient | null = null;
  #azurite: Azurite | null = null;
  #blobRelay: HttpRelay | null = null;
  #storageRelay: HttpRelay | null = null;
  readonly #accountKey = randomBytes(64).toString('base64');
  #host: RunningChild | null = null;
  #offsetMs = 0;
  #port = 0;
  protected readonly workloads = new Map<string, TestWorkload>();

  constructor(private readonly options: CausewayOptions) {}

  get api(): ApiClient {
    if (this.#api === null) throw new Error('Causeway was not started');
    return this.#api;
  }

  get azurite(): Azurite {
    if (this.#azurite === null) throw new Error('Azurite was not started');
    return this.#azurite;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    await this.startStorage();
    this.#storageRelay = await startHttpRelay(
      () => this.azurite.blobEndpoint,
      () => undefined,
    );
    await new ContainerClient(this.storage, BACKUPS).create();
    await this.options.surroundings?.start(this.storage);
    this.#blobRelay = await startHttpRelay(
      () => this.azurite.blobEndpoint,
      async ({ method, path }) => {
        const workload = this.#workloadOf(path);
        return (await workload?.stepIn({ kind: 'blob', method, path })) ?? undefined;
      },
    );
    await this.startHost();
    for (const role of Object.keys(NAMES) as Role[])
      this.people[role] = await this.makePerson(NAMES[role], [role]);
  }

  /** A person with a token that lasts for all the time that scenarios let pass. */
  async makePerson(name: string, roles: readonly [Role, ...Role[]]): Promise<Person> {
    const { admin } = JSON.parse(readFileSync(join(this.dataDir, 'keys.json'), 'utf8')) as { admin: string };
    const response = await fetch(`${this.url}/api/tokens`, {
      method: 'POST',
      headers: { 'x-functions-key': admin, 'content-type': 'application/json' },
      body: JSON.stringify({ name, roles, expiresInDays: 366 }),
    });
    const { token } = CreatedToken.parse(await response.json());
    return { name, role: roles[0], token };
  }

  /** Starts Azurite, on disk with what it held before. Its address may be another; who goes through a relay sees none of it. */
  async startStorage(): Promise<void> {
    const folder = this.options.storageOnDisk ? join(this.folder, 'azurite') : undefined;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    this.#azurite = await startAzurite(folder, this.#accountKey);
  }

  async stopStorage(): Promise<void> {
    await this.azurite.stop();
  }

  /** For applications and for looking at blobs: nothing steps in here. */
  get storage(): string {
    return this.#connectionThrough(this.#storageRelay);
  }

  #connectionThrough(relay: HttpRelay | null): string {
    const { connectionString, blobEndpoint } = this.azurite;
    return connectionString.replace(new URL(blobEndpoint).origin, relay?.url ?? '');
  }

  /** Whose blob is asked for: its container, or its part of the backups, is named after it. */
  #workloadOf(path: string): TestWorkload | undefined {
    const [, , container = '', name = ''] = path.split(/[/?]/);
    const backup = /--(.+)-files-[0-9a-f]{12}$/.exec(decodeURIComponent(name))?.[1];
    return this.workloads.get(container === BACKUPS ? (backup ?? '') : container);
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Starts the host, again on the port it had. */
  async startHost(): Promise<void> {
    this.#host = await runChild(
      'Causeway',
      [join(ROOT, 'dist/host/main.js'), ROOT, '--data', this.dataDir, '--port', String(this.#port)],
      /Listening on http:\/\/127\.0\.0\.1:(\d+)/,
      {
        CAUSEWAY_BLOB_CONNECTION: this.#connectionThrough(this.#blobRelay),
        CAUSEWAY_BACKUP_CONTAINER: BACKUPS,
        CAUSEWAY_ALLOWED_ADDRESSES: '127.0.0.0/8',
        ...this.options.settings,
        ...this.options.surroundings?.environment,
        ...(this.options.clock && { CAUSEWAY_CLOCK_OFFSET_FILE: this.#offsetFile }),
      },
    );
    this.#port = Number(this.#host.ready[1]);
    this.#api = new ApiClient(this.url);
  }

  /** SIGKILL: nothing is said to anybody. */
  async kill(): Promise<void> {
    await this.#host?.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.#host?.end('SIGTERM');
    await this.startHost();
  }

  /** Ends every process and removes every file. */
  async stop(): Promise<void> {
    await this.kill();
    await Promise.all([...this.workloads.values()].map((workload) => workload.stop()));
    await this.#blobRelay?.close();
    await this.#storageRelay?.close();
    await this.#azurite?.stop();
    await this.options.surroundings?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the host wrote to standard error, for a failing test to show. */
  complaint(): string {
    return this.#host?.complaint() ?? '';
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** An instant relative to the host's clock. */
  at(fromNowMs: number): string {
    return new Date(this.nowMs() + fromNowMs).toISOString();
  }

  async advanceClock(ms: number): Promise<void> {
    if (!this.options.clock) throw new Error('Started without a clock to advance');
    this.#offsetMs += ms;
    writeFileSync(this.#offsetFile, String(this.#offsetMs));
    await sleep(CLOCK_REREAD_MS);
  }

  get #offsetFile(): string {
    return join(this.folder, 'clock-offset');
  }

  /** A workload with its application running, as the lead described it. */
  async makeWorkload(options: TestWorkloadOptions): Promise<TestWorkload> {
    const folder = join(this.folder, 'workloads', options.id);
    mkdirSync(folder, { recursive: true });
    const workload = new TestWorkload(folder, this.storage, options);
    this.workloads.set(workload.id, workload);
    this.#writeSecrets();
    await workload.start();
    if (options.isUndescribed !== true) await this.api.createWorkload(this.people.lead, workload.plan());
    return workload;
  }

  #writeSecrets(): void {
    const secrets = [...this.workloads.values()].map(({ secretName, hookSecret }) => [
      secretName,
      hookSecret,
    ]);
    const kept: Record<string, string> = { ...Object.fromEntries(secrets), ...this.secrets };
    if (this.options.surroundings) return this.options.surroundings.keepSecrets(kept);
    mkdirSync(this.dataDir, { recursive: true });
    writeFileSync(join(this.dataDir, 'secrets.json'), JSON.stringify(kept), { mode: 0o600 });
  }

  /** Secrets beside those of the workloads; take effect with the next workload made. */
  readonly secrets: Record<string, string> = {};

  /** Advances the clock and looks until there is something. */
  async afterPassing<T>(ms: number, what: string, look: () => Promise<T | null>): Promise<T> {
    await this.advanceClock(ms);
    return this.until(what, look);
  }

  /** Looks until `look` finds something. */
  async until<T>(
    what: string,
    look: () => Promise<T | null>,
    describe: () => Promise<string> = async () => '',
  ): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (performance.now() > deadline)
        throw new Error(`waited in vain for ${what}: ${await describe()}\n${this.complaint()}`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}
