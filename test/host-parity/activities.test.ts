import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

const host = new HostProcess('durable');
beforeAll(() => host.start());
afterAll(() => host.dispose());

describe('activities, as Azure runs them', () => {
  it('schedules one after another under ids from 0', async () => {
    const ended = await host.run('Sequence');
    expect(ended).toMatchObject({
      name: 'Sequence',
      runtimeStatus: 'Completed',
      output: { v: 'a' },
      customStatus: null,
    });
    expect(host.episodes(ended.instanceId)).toEqual([
      'Started -> 0:Return',
      'Task#0 Return, Done<0 "a" -> 0:Return 0:Return',
      'Task#1 Return, Done<1 {"v":"a"} -> done 0:Return 0:Return',
    ]);
  });

  it('gives the members of Task.all their ids in order', async () => {
    const ended = await host.run('FanOut');
    expect(ended.output).toEqual([1, 2, 3]);
    const episodes = host.episodes(ended.instanceId);
    expect(episodes[0]).toBe('Started -> 12[0:Return 0:Return 0:Return]');
    expect(episodes[1]).toMatch(/^Task#0 Return, Task#1 Return, Task#2 Return, Done</);
  });

  it('finds functions without regard to case', async () => {
    expect((await host.run('otherCASE')).output).toBe('x');
  });

  it('hands inputs over as the binding of Azure does', async () => {
    expect((await host.run('Inputs')).output).toEqual({
      true: { type: 'string', json: '"True"' },
      false: { type: 'string', json: '"False"' },
      null: { type: 'undefined' },
      undefined: { type: 'undefined' },
      integer: { type: 'number', json: '7' },
      float: { type: 'number', json: '1.5' },
      text: { type: 'string', json: '"hi"' },
      numeric: { type: 'string', json: '"12"' },
      json: { type: 'string', json: '"{\\"a\\":1}"' },
      empty: { type: 'string', json: '""' },
      array: { type: 'array', json: '[1,"a",null]' },
      object: { type: 'object', json: '{"a":1}' },
      date: { type: 'string', json: '"1970-01-01T00:00:00.000Z"' },
      dateText: { type: 'string', json: '"2020-01-02T03:04:05Z"' },
      trueText: { type: 'string', json: '"true"' },
    });
  });

  it('hands results back', async () => {
    const expected = {
      ...{ true: true, null: null, undefined: null, integer: 7, float: 1.5, string: 'hi', numeric: '12' },
      ...{ json: '{"a":1}', empty: '', array: [1, 'a'], dated: { a: '1970-01-01T00:00:00.000Z' } },
      date: '1970-01-01T00:00:00.000Z',
    };
    expect((await host.run('Outputs', Object.keys(expected))).output).toEqual(expected);
  });

  it.each([['boom'], ['']])('words the failure %j with reason and details', async (message) => {
    const { output } = await host.run('ActivityThrows', { message });
    const text = (output as { message: string }).message;
    const start = `Activity function 'Throw' failed:  ${message} \n `;
    expect(text.slice(0, start.length)).toBe(start);
    expect(JSON.parse(text.slice(start.length))).toMatchObject({
      ClassName: 'System.Exception',
      Message: ` ${message}`,
    });
    expect((output as { name: string }).name).toBe('Error');
  });

  it('takes a thrown text for the message', async () => {
    const { output } = await host.run('ActivityThrowsText');
    expect((output as { message: string }).message).toMatch(
      /^Activity function 'ThrowText' failed: {2}just text \n /,
    );
  });

  it('fails the instance when nobody catches', async () => {
    const ended = await host.run('ActivityThrowsUncaught');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toMatch(
      /^Orchestrator function 'ActivityThrowsUncaught' failed: Activity function 'Throw' failed: {2}boom \n /,
    );
  });

  it('fails the instance for an activity that does not exist, where Azure leaves it running', async () => {
    expect(await host.run('UnknownActivity')).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'UnknownActivity' failed: no activity named 'Nowhere' is registered",
    });
  });

  it('never schedules a task that was not yielded', async () => {
    const ended = await host.run('NeverYielded');
    expect(ended.output).toBe('x');
    expect(host.episodes(ended.instanceId)).toEqual(['Started -> done']);
  });

  it('refuses a yield of something else', async () => {
    const ended = await host.run('YieldsNumber');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toMatch(
      /^Orchestrator function 'YieldsNumber' failed: Durable Functions programming constraint/,
    );
  });
});

describe('retries, as Azure runs them', () => {
  it('draws an id for every pause and every attempt', async () => {
    const ended = await host.run('Retries', { times: 2, attempts: 3 });
    expect(ended.output).toEqual({ value: 3 });
    expect(host.episodes(ended.instanceId)).toEqual([
      'Started -> 1:FailAtFirst',
      "Task#0 FailAtFirst, Failed<0 Activity function 'FailAtFirst' failed:  attempt 1 -> 1:FailAtFirst",
      'Timer#1, Fired<1 -> 1:FailAtFirst',
      "Task#2 FailAtFirst, Failed<2 Activity function 'FailAtFirst' failed:  attempt 2 -> 1:FailAtFirst",
      'Timer#3, Fired<3 -> 1:FailAtFirst',
      'Task#4 FailAtFirst, Done<4 3 -> done 1:FailAtFirst',
    ]);
  });

  it.each([
    [2, 3],
    [1, 1],
  ])('shows the failure of the last of %i attempts after one more pause', async (attempts, lastTimer) => {
    const ended = await host.run('Retries', { times: 9, attempts });
    expect((ended.output as { message: string }).message).toContain(`failed:  attempt ${attempts} \n `);
    expect(host.episodes(ended.instanceId).at(-1)).toBe(
      `Timer#${attempts === 1 ? 1 : lastTimer}, Fired<${attempts === 1 ? 1 : lastTimer} -> done 1:FailAtFirst`,
    );
  });

  it('refuses an interval of zero in the orchestrator', async () => {
    const ended = await host.run('Retries', { times: 1, attempts: 2, intervalMs: 0 });
    expect(ended.output).toMatch(/firstRetryIntervalInMilliseconds value must be greater than 0\.$/);
  });

  it('finishes the attempts of a loser before the instance ends', async () => {
    const ended = await host.run('RetryLeftBehind');
    expect(ended.output).toBe('left');
    const events = host.episodes(ended.instanceId).join(' | ');
    expect(events).toMatch(/Timer#2.*Task#3 FailAtFirst.*Timer#4.*Task#5 FailAtFirst, Done<5 3 -> done/);
  });

  it('fails the instance when the retry time-out is reached, where Azure leaves it running', async () => {
    const ended = await host.run('RetryTimeout');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toContain('waits for nothing that could still happen');
  });
});
