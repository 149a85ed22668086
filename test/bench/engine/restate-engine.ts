import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port';
import type { EngineUnderTest, Work } from './engine-under-test';
import { KeepAliveClient } from './keep-alive-client';
import { peerFile } from './peer-packages';
import { Program } from './program';
import { msBetween, Stamps } from './stamps';

const SERVICE = path.join(__dirname, 'restate-service.js');
const PATIENCE_MS = 60_000;

/** Restate's server with the settings it comes with, and the service in a process of its own. */
export class RestateEngine implements EngineUnderTest {
  readonly name = 'restate';
  readonly pids: readonly number[];
  private readonly client: KeepAliveClient;
  private readonly stamps: Stamps;

  private constructor(
    private readonly server: Program,
    private readonly service: Program,
    ingress: string,
  ) {
    this.pids = [server.pid, service.pid];
    this.client = new KeepAliveClient(ingress);
    this.stamps = new Stamps(service);
  }

  static async start(dataDir: string): Promise<RestateEngine> {
    const [ingress, admin, node, own] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const binary = peerFile(
      `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
    );
    const env = {
      RESTATE_BASE_DIR: dataDir,
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    };
    await expectFlushes(binary, env);
    const service = new Program('Restate service', process.execPath, [SERVICE, String(own)]);
    await service.line(/^ready$/);
    const server = new Program('Restate', binary, ['--no-logo'], env);
    const engine = new RestateEngine(server, service, `http://127.0.0.1:${ingress}`);
    await register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${own}`);
    return engine;
  }

  async run(work: readonly Work[]): Promise<void> {
    await Promise.all(work.map((each) => this.client.expect('POST', '/work/run', JSON.stringify(each))));
  }

  async wait(count: number): Promise<string[]> {
    const ids: string[] = [];
    this.service.onLine((line) => {
      if (line.startsWith('waits ')) ids.push(line.slice('waits '.length));
    });
    for (let begun = 0; begun < count; begun += 1) await this.client.expect('POST', '/work/wait/send');
    while (ids.length < count) await sleep(10);
    return ids;
  }

  async signal(target: string): Promise<number> {
    const stamp = this.stamps.of(target);
    const sent = process.hrtime.bigint();
    await this.client.expect('POST', `/restate/awakeables/${target}/resolve`, '1');
    return msBetween(sent, await stamp);
  }

  async stop(): Promise<void> {
    this.client.close();
    await Promise.all([this.server.stop(), this.service.stop()]);
  }
}

/** The server takes a while until it has found its own parts. */
const register = async (admin: string, uri: string): Promise<void> => {
  const client = new KeepAliveClient(admin);
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const reply = await client
      .send('POST', '/deployments', JSON.stringify({ uri }))
      .catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (reply.status === 201 || reply.status === 200) return client.close();
    if (Date.now() > deadline) throw new Error(`Restate: ${reply.status} ${reply.body}`);
  }
};

/** Throws unless what Restate acknowledges has been flushed to disk. */
const expectFlushes = async (binary: string, env: NodeJS.ProcessEnv): Promise<void> => {
  const { stdout } = await promisify(execFile)(binary, ['--dump-config'], {
    env: { ...process.env, ...env },
  });
  const settings = stdout.matchAll(/^\s*(rocksdb-disable-wal(?:-fsync)?) = (.*)$/gm);
  for (const [, name, value] of settings)
    if (value !== 'false' && name?.endsWith('fsync')) throw new Error(`Restate: ${name} is ${value}`);
};
