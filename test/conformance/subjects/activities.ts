import { describe, expect, it } from '@jest/globals';
import { expectEpisodes, host, itHere } from '../conformance-host';

describe('activities, as Azure runs them', () => {
  it('schedules one after another under ids from 0', async () => {
    const ended = await host.run('Sequence');
    expect(ended).toMatchObject({
      name: 'Sequence',
      runtimeStatus: 'Completed',
      output: { v: 'a' },
      customStatus: null,
    });
    expectEpisodes(ended.instanceId, [
      'Started -> 0:Return',
      'Task#0 Return, Done<0 "a" -> 0:Return 0:Return',
      'Task#1 Return, Done<1 {"v":"a"} -> done 0:Return 0:Return',
    ]);
  });

  it('gives the members of Task.all their ids in order', async () => {
    const ended = await host.run('FanOut');
    expect(ended.output).toEqual([1, 2, 3]);
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

  itHere(
    'fails the instance for an activity that does not exist, where Azure leaves it running',
    async () => {
      expect(await host.run('UnknownActivity')).toMatchObject({
        runtimeStatus: 'Failed',
        output: "Orchestrator function 'UnknownActivity' failed: no activity named 'Nowhere' is registered",
      });
    },
  );

  it('never schedules a task that was not yielded', async () => {
    const ended = await host.run('NeverYielded');
    expect(ended.output).toBe('x');
    expectEpisodes(ended.instanceId, ['Started -> done']);
  });

  it('refuses a yield of something else', async () => {
    const ended = await host.run('YieldsNumber');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toMatch(
      /^Orchestrator function 'YieldsNumber' failed: Durable Functions programming constraint/,
    );
  });
});
