import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteBus } from '../../../shared/adapters/sqlite/sqlite-bus';

const ROOT = resolve(__dirname, '../../..');
const SMALL = join(ROOT, 'test/support/apps/small');

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  /** Resolves with what the pattern found on standard output; rejects if the process ends first. */
  says(pattern: RegExp): Promise<string>;
  /** The same on standard error. */
  warns(pattern: RegExp): Promise<string>;
}

describe('the command line of the host', () => {
  let folder: string;
  let runs: Run[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-main-'));
    runs = [];
  });
  afterEach(async () => {
    for (const run of runs) run.child.kill('SIGKILL');
    await Promise.all(runs.map(({ ended }) => ended));
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]): Run => {
    const hook = join(ROOT, 'test/support/run-typescript.js');
    const child = spawn(process.execPath, ['--require', hook, join(ROOT, 'host/main.ts'), ...args], {
      cwd: folder,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (output.stdout += String(text)));
    child.stderr.on('data', (text) => (output.stderr += String(text)));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const waitFor = (name: 'stdout' | 'stderr') => (pattern: RegExp) =>
      new Promise<string>((found, failed) => {
        const look = (): void => {
          const match = pattern.exec(output[name]);
          if (match !== null) found(match[1] ?? match[0]);
        };
        child[name].on('data', look);
        void ended.then(() =>
          failed(new Error(`ended without ${pattern}: ${output.stdout}${output.stderr}`)),
        );
        look();
      });
    const started = {
      ...{ child, ended, says: waitFor('stdout'), warns: waitFor('stderr') },
      ...{ stdout: () => output.stdout, stderr: () => output.stderr },
    };
    runs.push(started);
    return started;
  };
  const address = /Listening on (http:\S+)/;
  const get = async (url: string): Promise<unknown> => (await fetch(url)).json();

  it('serves an application and says where it is, what it keeps where, and what it runs', async () => {
    const host = run(SMALL, '--port', '0', '--data', 'kept');
    const url = await host.says(address);
    expect(await get(`${url}/api/seen`)).toMatchObject({ data: join(folder, 'kept'), ticks: 1 });
    expect(host.stdout()).toContain(`Data folder  ${join(folder, 'kept')}`);
    expect(host.stdout()).toMatch(
      /httpTrigger: seen, slow, crash\n {2}timerTrigger: tick\n {2}serviceBusTrigger: subscriber/,
    );
    expect(host.stdout()).toContain(`"function" of ${join(folder, 'kept', 'keys.json')}`);
  });

  it('hands a message of another process to its subscriber, in the shape that @azure/functions gives', async () => {
    const host = run(SMALL, '--port', '0');
    const url = await host.says(address);
    const bus = new SqliteBus({ path: join(folder, 'data', 'bus.db'), now: () => Date.now() });
    bus.publish('migration-events', [{ messageId: 'm1', sessionId: 'cutover:1', body: { text: 'hello' } }]);
    const received = async (): Promise<unknown[]> =>
      ((await get(`${url}/api/seen`)) as { messages: unknown[] }).messages;
    while ((await received()).length === 0);
    expect(await received()).toEqual([{ message: { text: 'hello' }, id: 'm1', count: 1 }]);
    bus.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('lets a request end at %s and exits with 0', async (signal) => {
    const host = run(SMALL, '--port', '0');
    const url = await host.says(address);
    const answer = fetch(`${url}/api/slow?ms=500`);
    await host.says(/slow began/);
    host.child.kill(signal);
    expect(await (await answer).text()).toBe('done');
    expect(await host.ended).toBe(0);
  });

  it('ends at once at the second signal', async () => {
    const host = run(SMALL, '--port', '0');
    const url = await host.says(address);
    const answer = expect(fetch(`${url}/api/slow?ms=3600000`)).rejects.toThrow();
    await host.says(/slow began/);
    host.child.kill('SIGTERM');
    await host.warns(/SIGTERM: letting what is under way end/);
    host.child.kill('SIGTERM');
    expect(await host.ended).toBe(143);
    await answer;
  });

  it('exits with 70 and says why where something was not caught', async () => {
    const host = run(SMALL, '--port', '0');
    const url = await host.says(address);
    await fetch(`${url}/api/crash`).catch(() => undefined);
    expect(await host.ended).toBe(70);
    expect(host.stderr()).toContain('causeway: nobody caught this\n');
  });

  it('exits with 70 where the port or the data folder is taken', async () => {
    const first = run(SMALL, '--port', '0', '--data', 'one');
    const { port } = new URL(await first.says(address));
    const samePort = run(SMALL, '--port', port, '--data', 'two');
    const sameData = run(SMALL, '--port', '0', '--data', 'one');
    expect([await samePort.ended, await sameData.ended]).toEqual([70, 70]);
    expect(samePort.stderr()).toBe(`causeway: Port ${port} is in use.\n`);
    expect(sameData.stderr()).toMatch(
      /^causeway: Another host is using the data folder .*one, or a tool that checks or copies it\.\n$/,
    );
  });

  it('names a trigger it does not know and exits with 2', async () => {
    const app = join(ROOT, 'test/support/apps', 'queue');
    const host = run(app, '--port', '0');
    expect(await host.ended).toBe(2);
    expect(host.stderr()).toMatch(
      /^causeway: .*function "reader": trigger type "queueTrigger" is not supported/s,
    );
  });

  it('refuses what it does not understand in one line and exits with 2', async () => {
    const host = run('--verbose');
    expect(await host.ended).toBe(2);
    expect(host.stderr()).toBe("causeway: Unknown option '--verbose'. --help shows what can be said.\n");
  });

  it('listens on another address only where that is said twice', async () => {
    const host = run(SMALL, '--port', '0', '--host', '0.0.0.0', '--allow-non-loopback');
    const url = await host.says(address);
    expect(await get(`${url}/api/seen`)).toMatchObject({ ticks: 1 });
  });

  it('refuses an application that was not built', async () => {
    mkdirSync(join(folder, 'app'));
    writeFileSync(join(folder, 'app', 'package.json'), '{ "main": "dist/app.js" }');
    const host = run('app', '--port', '0');
    expect(await host.ended).toBe(2);
    expect(host.stderr()).toMatch(/^causeway: .*which matches no file\. Was it built\?\n$/);
  });

  it('explains itself', async () => {
    const host = run('--help');
    expect(await host.ended).toBe(0);
    expect(host.stdout()).toMatch(/^Usage: /);
  });
});
