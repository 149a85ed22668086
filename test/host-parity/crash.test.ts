import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

let host: HostProcess;
afterEach(() => host.dispose());

const MIX: readonly {
  readonly name: string;
  readonly input: (n: number) => unknown;
  readonly output: (n: number) => unknown;
}[] = [
  {
    name: 'Hello5',
    input: (n) => ({ tag: `h${n}` }),
    output: (n) => [0, 1, 2, 3, 4].map((k) => `h${n}-${k}`),
  },
  { name: 'FanOut', input: () => ({}), output: () => [1, 2, 3] },
  { name: 'Sleeps', input: () => ({ ms: 700 }), output: () => 'fired' },
  { name: 'CountsTo2', input: () => ({ n: 0 }), output: () => 2 },
  {
    name: 'CallsChild',
    input: (n) => ({ name: 'SlowChild', input: n, times: 2 }),
    output: (n) => ({ value: n }),
  },
  { name: 'AllFailsThenGoesOn', input: () => ({}), output: () => [true, 'x'] },
  { name: 'WaitTwice', input: () => ({}), output: () => [1, 2] },
  { name: 'LoserYielded', input: () => ({}), output: () => 'slow' },
];

describe('a host that is killed', () => {
  it('loses nothing it has accepted: mixed instances end right over several kills', async () => {
    host = new HostProcess('durable');
    await host.start();
    const runs: { id: string; n: number; output: unknown; name: string }[] = [];
    for (let n = 0; n < 6; n++) {
      for (const { name, input, output } of MIX) {
        runs.push({ id: await host.begin(name, input(n), `${name}-${n}`), n, output: output(n), name });
      }
    }
    const waiting = runs.filter(({ name }) => name === 'WaitTwice');
    for (const { id } of waiting) await host.raise(id, 'Go', 1);
    for (let kills = 0; kills < 5; kills++) {
      await host.kill();
      await host.start();
      await sleep(40 * (kills + 1));
    }
    for (const { id } of waiting) await host.raise(id, 'Go', 2);
    for (const { id, output } of runs) {
      expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output });
    }
    expect(existsSync(host.file('data/engine.db'))).toBe(true);
  });

  it('runs an interrupted activity again, and a finished one never', async () => {
    host = new HostProcess('durable');
    await host.start();
    const file = host.file('marks');
    const id = await host.begin('Marks', { file });
    while (!existsSync(file) || !readFileSync(file, 'utf8').includes('begin second')) await sleep(10);
    await host.kill();
    await host.start();
    expect((await host.ended(id)).output).toEqual(['first', 'second']);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual([
      ...['begin first', 'end first', 'begin second'],
      ...['begin second', 'end second'],
    ]);
  });

  it('lets an activity end when it is told to stop in order, and goes on from there', async () => {
    host = new HostProcess('durable');
    await host.start();
    const file = host.file('marks');
    const id = await host.begin('Marks', { file });
    while (!existsSync(file) || !readFileSync(file, 'utf8').includes('begin second')) await sleep(10);
    expect(await host.kill('SIGTERM')).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/end second\n$/);
    await host.start();
    expect((await host.ended(id)).output).toEqual(['first', 'second']);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(4);
  });

  it('ends when a commit fails, having promised nothing', async () => {
    host = new HostProcess('durable');
    await host.start();
    const intruder = new DatabaseSync(host.file('data/engine.db'));
    intruder.exec('BEGIN IMMEDIATE');
    await expect(host.begin('WaitOne', {}, 'promised')).rejects.toThrow('fetch failed');
    expect(await host.kill()).toBe(70);
    expect(host.stderr).toContain('database is locked');
    intruder.close();
    await host.start();
    expect((await host.durable('GET', 'instances/promised')).status).toBe(404);
  });

  it('refuses a second host on its folder, and leaves no lock behind', async () => {
    host = new HostProcess('durable');
    await host.start();
    const second = new HostProcess('durable', { DATA_DIR: host.dataDir });
    await expect(second.start()).rejects.toThrow('Another host is using the data folder');
    await second.dispose();
    await host.kill();
    await host.start();
    expect((await host.run('FanOut')).output).toEqual([1, 2, 3]);
  });

  it('keeps its keys across starts', async () => {
    host = new HostProcess('durable');
    await host.start();
    const { keys } = host;
    await host.kill();
    await host.start();
    expect(host.keys).toEqual(keys);
  });
});
