import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import manifest from '../../../package.json';
import type { EngineUnderTest, Work } from './engine-under-test';
import { CONNECTIONS, KeepAliveClient } from './keep-alive-client';
import { Program } from './program';
import { msBetween, Stamps } from './stamps';

const MAIN = path.join(__dirname, '../../../dist/host/main.js');
const APP = path.join(__dirname, 'app');
const WEBHOOK = '/runtime/webhooks/durabletask';
/** Asking costs the host, and waiting long spoils the figure. */
const POLL_MS = 3;
const LANES = 50;
const PATIENCE_S = 3_600;
/** The flags of Node that `npm start` runs with, so that memory is measured as the product takes it. */
const FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));

/** Our host, compiled, in a process of its own. A second one on the same folder goes on with what is there. */
export class HostEngine implements EngineUnderTest {
  readonly name = 'ours';
  readonly pids: readonly number[];
  private readonly client: KeepAliveClient;
  private readonly stamps: Stamps;
  private count = 0;

  private constructor(
    readonly url: string,
    private readonly key: string,
    private readonly program: Program,
  ) {
    this.pids = [program.pid];
    this.client = new KeepAliveClient(url);
    this.stamps = new Stamps(program);
  }

  static async start(dataDir: string, settings: NodeJS.ProcessEnv = {}): Promise<HostEngine> {
    const args = [...FLAGS, MAIN, APP, '--data', dataDir, '--port', '0'];
    const program = new Program('host', process.execPath, args, settings);
    const [, url = ''] = await program.line(/^Listening on (.+)$/);
    const { system } = JSON.parse(readFileSync(path.join(dataDir, 'keys.json'), 'utf8'));
    return new HostEngine(url, system, program);
  }

  async run(work: readonly Work[]): Promise<void> {
    if (work.length <= CONNECTIONS) {
      await Promise.all(work.map((each) => this.runOne(each)));
      return;
    }
    const ids = await this.begin('work', work);
    for (const id of ids) await this.ended(id);
  }

  async wait(count: number): Promise<string[]> {
    return this.begin('wait', Array<null>(count).fill(null));
  }

  async signal(target: string): Promise<number> {
    const stamp = this.stamps.of(target);
    const sent = process.hrtime.bigint();
    await this.client.expect('POST', this.path(`instances/${target}/raiseEvent/go`), '1');
    return msBetween(sent, await stamp);
  }

  async status(id: string): Promise<string> {
    const { body } = await this.client.expect('GET', this.path(`instances/${id}`));
    return JSON.parse(body).runtimeStatus;
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.program.stop();
  }

  async kill(): Promise<void> {
    this.client.close();
    await this.program.kill();
  }

  /** One request, that is answered when the workflow has ended. */
  private async runOne(work: Work): Promise<void> {
    const path = `${this.path(`orchestrators/work/${this.newId('work')}`)}&timeout=${PATIENCE_S}&pollingInterval=1`;
    const { body } = await this.client.expect('POST', path, JSON.stringify(work));
    if (JSON.parse(body).rounds !== work.rounds) throw new Error(`work came to ${body}`);
  }

  /** Some at a time: so many requests at once would be refused. */
  private async begin(name: string, inputs: readonly unknown[]): Promise<string[]> {
    const ids = inputs.map(() => this.newId(name));
    const left = inputs.map((input, index) => ({ id: ids[index], body: JSON.stringify(input) })).reverse();
    const lane = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop())
        await this.client.expect('POST', this.path(`orchestrators/${name}/${next.id}`), next.body);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return ids;
  }

  private async ended(id: string): Promise<void> {
    for (;;) {
      const status = await this.status(id);
      if (status === 'Completed') return;
      if (status !== 'Running') throw new Error(`${id} is ${status}`);
      await sleep(POLL_MS);
    }
  }

  private newId(name: string): string {
    return `${name}-${process.pid}-${Date.now()}-${this.count++}`;
  }

  private path(target: string): string {
    return `${WEBHOOK}/${target}?code=${this.key}`;
  }
}
