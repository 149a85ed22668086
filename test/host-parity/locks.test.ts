import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

const stateOf = async (host: HostProcess, key: string, name = 'Counter'): Promise<unknown> => {
  const { status, body } = await host.durable('GET', `entities/${name}/${key}`);
  return status === 404 ? null : body;
};
const isRunning = async (host: HostProcess, id: string): Promise<boolean> =>
  (await host.status(id)).runtimeStatus === 'Running';

describe('critical sections', () => {
  const host = new HostProcess('durable');
  beforeAll(() => host.start());
  afterAll(() => host.dispose());
  const locked = async (keys: string[]): Promise<string> => {
    const id = await host.begin('LocksAndWaits', { keys });
    await host.until(id, ({ customStatus }) => customStatus === 'locked');
    return id;
  };

  it('take one id for the lock and one for each release, in the order of the entities', async () => {
    const id = await host.begin('Locks');
    expect((await host.ended(id)).output).toEqual([1, 2, 9]);
    expect(host.episodes(id).map((line) => line.replaceAll(id, 'I').replace(/Event [^ ]+=/, ''))).toEqual([
      'Started -> 13',
      expect.stringMatching(/^Sent#0 @counter@a-I op, .*"Lock Acquisition Completed".* -> 13 7$/),
      expect.stringMatching(/^Sent#1 @counter@a-I op, .* -> 13 7 7$/),
      expect.stringMatching(/^Sent#2 @counter@b-I op, .* -> 13 7 7 14 0:Return$/),
      'Sent#3 @counter@a-I release, Sent#4 @counter@b-I release, Task#5 Return, Done<5 9 -> done 13 7 7 14 0:Return',
    ]);
  });

  it('release last what was called last', async () => {
    const id = await host.begin('LocksOneCall');
    expect((await host.ended(id)).output).toBe('released');
    expect(host.episodes(id).at(-1)).toContain(
      `Sent#2 @counter@b-${id} release, Sent#3 @counter@a-${id} release`,
    );
  });

  it('let calls, signals and locks of others wait until the release', async () => {
    const holder = await locked(['held']);
    await host.run('SignalsOnly', { key: 'held', value: 5 });
    const others = [
      await host.begin('CallsEntity', { key: 'held', operation: 'get' }),
      await host.begin('LocksAndReads', { key: 'held' }),
      await host.begin('CallsEntity', { key: 'held', operation: 'addAndTell', input: 1 }),
    ];
    await host.run('Sequence');
    expect(await Promise.all(others.map((id) => isRunning(host, id)))).toEqual([true, true, true]);
    expect(await stateOf(host, 'held')).toBeNull();
    await host.raise(holder, 'Go', 100);
    const outputs = await Promise.all(others.map(async (id) => (await host.ended(id)).output));
    expect(outputs).toEqual([{ value: 105 }, { got: 105 }, { value: 106 }]);
  });

  it('are released where their orchestration ends, begins again or is terminated', async () => {
    await host.run('LocksThenEnds', { key: 'ends' });
    expect((await host.run('LocksAndReads', { key: 'ends' })).output).toEqual({ got: 0 });
    await host.run('LocksThenAgain', { key: 'again', n: 3 });
    expect((await host.run('LocksAndReads', { key: 'again' })).output).toEqual({ got: 3 });
    const holder = await locked(['t1', 't2']);
    const waiting = await host.begin('LocksAndReads', { key: 't2' });
    await host.durable('POST', `instances/${holder}/terminate?reason=r`);
    expect((await host.ended(waiting)).output).toEqual({ got: 0 });
  });

  it('stay locked where their orchestration fails, as on Azure, until it is purged', async () => {
    const failed = await host.begin('LocksThenThrows', { key: 'thrown' });
    expect(await host.ended(failed)).toMatchObject({ runtimeStatus: 'Failed' });
    const waiting = await host.begin('LocksAndReads', { key: 'thrown' });
    await host.run('Sequence');
    expect(await isRunning(host, waiting)).toBe(true);
    await host.durable('DELETE', `instances/${failed}`);
    expect((await host.ended(waiting)).output).toEqual({ got: 0 });
  });

  it('go on with an orchestration that is rewound, and so does an answer that came after its failure', async () => {
    const id = await host.begin('FailsBeforeTheAnswer', { key: 'rewound', times: 1 });
    expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Failed' });
    while ((await stateOf(host, 'rewound-locked')) !== 1) await sleep(10);
    const waiting = await host.begin('LocksAndReads', { key: 'rewound-locked' });
    expect((await host.durable('POST', `instances/${id}/rewind?reason=r`)).status).toBe(202);
    expect((await host.ended(id)).output).toBe(1);
    expect((await host.ended(waiting)).output).toEqual({ got: 1 });
  });

  it('are not given to an orchestration that has ended before its turn', async () => {
    const holder = await locked(['wanted']);
    expect((await host.run('GivesUpLock', { key: 'wanted' })).output).toBe('gave up');
    const waiting = await host.begin('LocksAndReads', { key: 'wanted' });
    await host.raise(holder, 'Go', 1);
    expect((await host.ended(waiting)).output).toEqual({ got: 1 });
  });

  it('never deadlock, whatever the order in which they are asked for', async () => {
    const pairs = [
      ['x', 'y'],
      ['y', 'z'],
      ['z', 'x'],
    ];
    const runs = await Promise.all(
      pairs.map(([from, to]) => host.begin('Transfers', { from, to, times: 3, ms: 1 })),
    );
    for (const id of runs) expect((await host.ended(id)).output).toBe('transferred');
    for (const key of ['x', 'y', 'z']) expect(await stateOf(host, key)).toBe(0);
  });

  it('refuse a set with an unknown entity', async () => {
    const { output } = await host.run('LocksUnknown');
    expect(output).toBe(
      "Orchestrator function 'LocksUnknown' failed: no entity named 'nobody' is registered",
    );
  });
});

describe('a host that is killed', () => {
  let host: HostProcess;
  afterEach(() => host.dispose());

  it('takes every signal, call and lock once, in order', async () => {
    host = new HostProcess('durable');
    await host.start();
    const talks = await Promise.all(
      [1, 2, 3, 4].map(() => host.begin('Converses', { key: 'all', steps: 12 })),
    );
    const counts = await Promise.all([1, 2].map(() => host.begin('CountsOn', { key: 'again', n: 8 })));
    const moves = await Promise.all(
      [1, 2, 3].map((n) =>
        host.begin('Transfers', { from: `${n % 2}`, to: `${(n + 1) % 2}`, times: 5, ms: 5 }),
      ),
    );
    for (let kills = 0; kills < 6; kills++) {
      await sleep(40 + 30 * kills);
      await host.kill();
      await host.start();
    }
    const steps = [...Array(12).keys()].map((n) => n + 1);
    for (const id of talks) {
      expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: steps });
      await expectState('Log', id, steps);
    }
    for (const id of counts) expect((await host.ended(id)).output).toBe('counted');
    for (const id of moves) expect((await host.ended(id)).output).toBe('transferred');
    // Each step told the sum 1 + 2, and each of the two counted twice a generation.
    await expectState('Counter', 'all-sum', 4 * 12 * 3);
    await expectState('Counter', 'again', 2 * 8 * 2);
    expect([await stateOf(host, '0'), await stateOf(host, '1')].sort()).toEqual([-5, 5]);
  });

  it('keeps a lock, what waits for it, and an answer that was not taken yet', async () => {
    host = new HostProcess('durable');
    await host.start();
    const holder = await host.begin('LocksAndWaits', { keys: ['k1', 'k2'] });
    await host.until(holder, ({ customStatus }) => customStatus === 'locked');
    const waiting = await host.begin('LocksAndReads', { key: 'k2' });
    await host.durable('POST', 'entities/Counter/k1?op=add', '7');
    await host.kill();
    await host.start();
    expect(await isRunning(host, waiting)).toBe(true);
    expect(await stateOf(host, 'k1')).toBeNull();
    await host.raise(holder, 'Go', 1);
    expect((await host.ended(waiting)).output).toEqual({ got: 1 });
    await expectState('Counter', 'k1', 8);
  });

  const expectState = async (name: string, key: string, value: unknown): Promise<void> => {
    for (let tries = 0; tries < 500; tries++) {
      if (JSON.stringify(await stateOf(host, key, name)) === JSON.stringify(value)) return;
      await sleep(10);
    }
    expect(await stateOf(host, key, name)).toEqual(value);
  };
});
