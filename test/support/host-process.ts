import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostKeys } from '../../host/host-keys';

const SUPPORT = __dirname;
const PATIENCE_MS = 120_000;
const ENDED = ['Completed', 'Failed', 'Terminated', 'Canceled'];

export interface InstanceStatus {
  readonly name: string;
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly customStatus: unknown;
  readonly output: unknown;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
  readonly historyEvents?: readonly Record<string, unknown>[];
}

/** An answer of the host, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * A host in a process of its own, run from source, with an application of test/support/apps. It proves nothing about the
 * compiled output, which the scenarios run.
 */
export class HostProcess {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'causeway-host-'));
  url = '';
  keys: HostKeys = { function: '', admin: '', system: '' };
  stderr = '';
  private child: ChildProcess | null = null;
  private count = 0;

  constructor(
    private readonly app: string,
    private readonly env: Record<string, string> = {},
  ) {}

  get dataDir(): string {
    return path.join(this.folder, 'data');
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Starts, or starts again after `kill`, and resolves once the host serves. Rejects with what it wrote if it ends. */
  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--require', path.join(SUPPORT, 'run-typescript.js'), path.join(SUPPORT, 'host-worker.ts')],
      { env: { ...process.env, ...this.environment() }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    this.stderr = '';
    child.stderr.on('data', (text) => (this.stderr += String(text)));
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (text) => resolve(String(text)));
      child.once('close', () => reject(new Error(`The host ended: ${this.stderr}`)));
    });
    Object.assign(this, JSON.parse(line));
  }

  /** Ends the process at once, or with SIGTERM in order; resolves when it is gone, with its exit code. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return gone;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Moves the host's clock to `ms` ahead of the machine's. */
  setClockAhead(ms: number): void {
    writeFileSync(this.file('clock-offset'), String(ms));
  }

  /** Calls the durable API with the system key. */
  async durable(method: string, target: string, body?: string): Promise<Answer> {
    const url = new URL(`/runtime/webhooks/durabletask/${target}`, this.url);
    url.searchParams.set('code', this.keys.system);
    return this.fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
  }

  async fetch(target: URL | string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(new URL(target, this.url), init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }

  async begin(name: string, input?: unknown, id = `i${process.pid}-${this.count++}`): Promise<string> {
    const answer = await this.durable(
      'POST',
      `orchestrators/${name}/${id}`,
      input === undefined ? '' : JSON.stringify(input),
    );
    if (answer.status !== 202) throw new Error(`start: ${answer.status} ${JSON.stringify(answer.body)}`);
    return id;
  }

  async raise(id: string, event: string, value: unknown): Promise<Answer> {
    return this.durable('POST', `instances/${id}/raiseEvent/${event}`, JSON.stringify(value));
  }

  async status(id: string): Promise<InstanceStatus> {
    return (await this.durable('GET', `instances/${id}`)).body as InstanceStatus;
  }

  async ended(id: string): Promise<InstanceStatus> {
    return this.until(id, ({ runtimeStatus }) => ENDED.includes(runtimeStatus));
  }

  async until(id: string, isSo: (status: InstanceStatus) => boolean): Promise<InstanceStatus> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const status = await this.status(id);
      if (isSo(status)) return status;
      if (Date.now() > deadline) throw new Error(`${id} stayed ${JSON.stringify(status)}`);
      await sleep(15);
    }
  }

  async run(name: string, input?: unknown): Promise<InstanceStatus> {
    return this.ended(await this.begin(name, input));
  }

  /** The episodes of an instance, "new events -> actions" each. A new generation begins with "Started" again. */
  episodes(id: string): string[] {
    const lines = readFileSync(this.file('trace.jsonl'), 'utf8').trim().split('\n');
    const runs = lines
      .map(
        (line) =>
          JSON.parse(line) as { instanceId: string; isFirst: boolean; events: string[]; result: string },
      )
      .filter(({ instanceId }) => instanceId === id);
    let seen = 0;
    return runs.flatMap(({ isFirst, events, result }) => {
      const fresh = events.slice(isFirst ? 0 : seen);
      seen = events.length;
      // Without anything new it was only asked what it would do.
      return fresh.length === 0 ? [] : [`${fresh.join(', ')} -> ${result}`];
    });
  }

  private environment(): Record<string, string> {
    return {
      APP_DIR: path.join(SUPPORT, 'apps', this.app),
      DATA_DIR: this.dataDir,
      TRACE_FILE: this.file('trace.jsonl'),
      VERSION_FILE: this.file('version'),
      CAUSEWAY_CLOCK_OFFSET_FILE: this.file('clock-offset'),
      ...this.env,
    };
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
