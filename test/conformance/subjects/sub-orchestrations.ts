import { describe, expect, it } from '@jest/globals';
import { expectEpisodes, expectLastEpisode, host, itHere } from '../conformance-host';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

describe('sub-orchestrations, as Azure runs them', () => {
  it('names a child after its parent execution and its task, and tells it its parent', async () => {
    const ended = await host.run('CallsChild', { name: 'Child', input: { a: 1 } });
    const { value } = ended.output as { value: { echoed: unknown; id: string; parent: string } };
    expect(value).toMatchObject({ echoed: { a: 1 }, parent: ended.instanceId });
    expect(value.id).toMatch(UUID);
    expect(value.id).toMatch(/:0$/);
    expect(await host.status(value.id)).toMatchObject({
      name: 'Child',
      runtimeStatus: 'Completed',
      input: { a: 1 },
    });
  });

  it.each([
    ['foo', { type: 'string', json: '"foo"' }],
    [undefined, { type: 'null', json: 'null' }],
  ])('hands the input %j over', async (input, expected) => {
    const ended = await host.run('CallsChild', { name: 'InputOf', input });
    expect(ended.output).toEqual({ value: expected });
  });

  it('words the failure of a child', async () => {
    const ended = await host.run('CallsChild', { name: 'Child', input: { fail: true } });
    expect((ended.output as { message: string }).message).toMatch(
      /^Orchestrator function 'Child' failed: child boom \n Message: child boom, StackTrace: /,
    );
    expect(await host.run('ChildUncaught')).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringMatching(
        /^Orchestrator function 'ChildUncaught' failed: Orchestrator function 'Child' failed: child boom \n Message: /,
      ),
    });
  });

  it('retries a child under new ids', async () => {
    const ended = await host.run('ChildRetried');
    expect((ended.output as { message: string }).message).toContain('child boom');
    expectEpisodes(ended.instanceId, [
      'Started -> 3:Child',
      "Child#0 Child, ChildFailed<0 Orchestrator function 'Child' failed: child boom -> 3:Child",
      'Timer#1, Fired<1 -> 3:Child',
      "Child#2 Child, ChildFailed<2 Orchestrator function 'Child' failed: child boom -> 3:Child",
      'Timer#3, Fired<3 -> done 3:Child',
    ]);
  });

  it('holds the end of the instance until a losing child has ended', async () => {
    const ended = await host.run('ChildLeftBehind');
    expectLastEpisode(ended.instanceId, 'ChildDone<0 {} -> done 11[2:SlowChild 0:Return]');
  });

  it('lets an ended child be called again under its id', async () => {
    const id = `again-${process.pid}`;
    const ended = await host.run('CallsChild', { name: 'Child', input: 5, id, times: 2 });
    expect(ended.output).toMatchObject({ value: { echoed: 5, id } });
  });

  itHere.each([
    ['ItsOwnChild', /has the instance id of its own parent/],
    ['CallsChild', /No orchestrator named 'Nowhere' is registered/],
  ])('fails the instance where Azure leaves it running: %s', async (name, message) => {
    const ended = await host.run(name, { name: 'Nowhere' });
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toMatch(message);
  });

  it('fails the second of two children that have the same id at the same time', async () => {
    const ended = await host.run('SameChildTwiceAtOnce');
    expect((ended.output as { message: string }).message).toContain('already exists. It is in state Running');
  });
});
