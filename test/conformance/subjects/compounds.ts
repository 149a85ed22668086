import { describe, expect, it } from '@jest/globals';
import { expectEpisodes, expectLastEpisode, host, itHere } from '../conformance-host';

const MIXED_UP = /^Orchestrator function '\w+' failed: .* has id \d+ here and not in the SDK/;

describe('Task.any and Task.all, as Azure runs them', () => {
  it('holds the end of the instance until a losing activity has ended', async () => {
    const ended = await host.run('AnyLoserHolds');
    expect(ended.output).toBe(true);
    expectEpisodes(ended.instanceId, [
      'Started -> 11[0:Pause 0:Return]',
      'Task#0 Pause, Task#1 Return, Done<1 1 -> done 11[0:Pause 0:Return]',
      'Done<0 null -> done 11[0:Pause 0:Return]',
    ]);
  });

  it('lets a failed task win', async () => {
    expect((await host.run('AnyFailed')).output).toEqual({ won: true, isFaulted: true });
  });

  it('lets a loser be awaited later, under the id it has', async () => {
    const ended = await host.run('LoserYielded');
    expect(ended.output).toBe('slow');
    expectLastEpisode(ended.instanceId, 'Done<0 "slow" -> done 11[0:Pause 0:Return]');
  });

  it('schedules nothing after a failed Task.all before every member has ended', async () => {
    const ended = await host.run('AllFailsThenGoesOn');
    expect(ended.output).toEqual([true, 'x']);
    expectEpisodes(ended.instanceId, [
      'Started -> 12[0:Throw 0:Pause]',
      "Task#0 Throw, Task#1 Pause, Failed<0 Activity function 'Throw' failed:  f -> 12[0:Throw 0:Pause] 0:Return",
      'Done<1 1 -> 12[0:Throw 0:Pause] 0:Return',
      'Task#2 Return, Done<2 "x" -> done 12[0:Throw 0:Pause] 0:Return',
    ]);
  });

  itHere.each(['TaskTwice', 'AllOfEnded'])(
    'fails %s, which uses a task twice: Azure would mix up results',
    async (name) => {
      const ended = await host.run(name);
      expect(ended.runtimeStatus).toBe('Failed');
      expect(ended.output).toMatch(
        /failed: the same task \(CallActivity of '(Pause|Return)'\) was put to use twice/,
      );
    },
  );

  itHere.each(['AllFailsBesideRetry', 'LoserYieldedBesideRetry'])(
    'fails %s, in which a task left behind goes on beside later ones: Azure would mix up results',
    async (name) => {
      expect(await host.run(name)).toMatchObject({
        runtimeStatus: 'Failed',
        output: expect.stringMatching(MIXED_UP),
      });
    },
  );

  it('lets what a failed Task.all left behind be awaited before anything else', async () => {
    expect((await host.run('AllFailsRetryAwaited')).output).toEqual([2, 'x']);
  });

  itHere('fails an instance that races one timer twice', async () => {
    const id = await host.begin('TimerTwice');
    await host.raise(id, 'A', 1);
    expect((await host.ended(id)).output).toContain('the same task (CreateTimer) was put to use twice');
  });

  itHere('accepts that one event is waited for twice', async () => {
    const id = await host.begin('EventTwice');
    await host.until(id, () => host.episodes(id).length === 3);
    await host.raise(id, 'A', 1);
    expect((await host.ended(id)).output).toBe(1);
    expectEpisodes(id, [
      'Started -> 11[0:Return 6:A]',
      'Task#0 Return, Done<0 1 -> 11[0:Return 6:A] 11[0:Return 6:A]',
      'Task#1 Return, Done<1 2 -> 11[0:Return 6:A] 11[0:Return 6:A]',
      'Event A=1 -> done 11[0:Return 6:A] 11[0:Return 6:A]',
    ]);
  });

  it('does not wait for an event that lost', async () => {
    expect((await host.run('WaitLeftBehind')).output).toBe('ok');
  });
});
