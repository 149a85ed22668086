import { describe, expect, it } from '@jest/globals';
import { expectEpisodes, expectLastEpisode, host, itHere } from '../conformance-host';

const DAY_MS = 86_400_000;
let aheadMs = 0;

/** Weeks may pass in a test; the clock never goes back. */
const letPass = (ms: number): void => {
  aheadMs += ms;
  host.setClockAhead(aheadMs);
};

describe('timers, as Azure runs them', () => {
  it('fires, also one whose time has passed already', async () => {
    for (const ms of [200, -5000]) {
      const ended = await host.run('Sleeps', { ms });
      expect(ended.output).toBe('fired');
      expectEpisodes(ended.instanceId, ['Started -> 5', 'Timer#0, Fired<0 -> done 5']);
    }
  });

  it('goes on at once when a timer was cancelled', async () => {
    const id = await host.begin('CancelsTimer');
    await host.raise(id, 'Go', 1);
    expect((await host.ended(id)).output).toEqual([true, 'after']);
    expectEpisodes(id, [
      'Started -> 11[5 6:Go]',
      'Timer#0, Event Go=1 -> 11[5X 6:Go] 0:Return',
      'Task#1 Return, Done<1 "after" -> done 11[5X 6:Go] 0:Return',
    ]);
  });

  it('holds the end of the instance until a timer that nobody cancelled has fired', async () => {
    const ended = await host.run('TimerLeftBehind');
    expect(ended.output).toBe(true);
    expectLastEpisode(ended.instanceId, 'Fired<0 -> done 11[5 0:Return]');
  });

  itHere('lets six days pass in one piece', async () => {
    const id = await host.begin('Sleeps', { ms: 6 * DAY_MS });
    letPass(6 * DAY_MS);
    expect((await host.ended(id)).output).toBe('fired');
    expect(host.episodes(id)).toHaveLength(2);
  });

  itHere('runs a timer over six days in pieces of three, one id each', async () => {
    const id = await host.begin('Sleeps', { ms: 8 * DAY_MS });
    for (let piece = 1; piece <= 2; piece++) {
      letPass(3 * DAY_MS);
      await host.until(id, () => host.episodes(id).length === piece + 1);
    }
    letPass(3 * DAY_MS);
    expect((await host.ended(id)).output).toBe('fired');
    expectEpisodes(id, [
      'Started -> 5',
      'Timer#0, Fired<0 -> 5',
      'Timer#1, Fired<1 -> 5',
      'Timer#2, Fired<2 -> done 5',
    ]);
  });

  it('lets a long timer be cancelled before its first piece has fired', async () => {
    const id = await host.begin('CancelsLongTimer', { ms: 20 * DAY_MS });
    await host.raise(id, 'Go', 1);
    expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: 'cancelled' });
  });

  itHere('fails an instance that cancels a long timer after its first piece has fired', async () => {
    const id = await host.begin('CancelsLongTimer', { ms: 20 * DAY_MS });
    letPass(3 * DAY_MS);
    await host.until(id, () => host.episodes(id).length === 2);
    await host.raise(id, 'Go', 1);
    expect(await host.ended(id)).toMatchObject({
      runtimeStatus: 'Failed',
      output:
        "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled a timer task with sequence number 1 but the current replay execution hasn't (yet?) scheduled this task. Was a change made to the orchestrator code after this instance had already started running?",
    });
  });

  itHere(
    'fails an instance in which pieces of a long timer follow a failed Task.all beside other tasks',
    async () => {
      const id = await host.begin('AllFailsBesideLongTimer', { ms: 20 * DAY_MS });
      await host.until(id, () => host.episodes(id).length === 2);
      letPass(3 * DAY_MS);
      expect((await host.ended(id)).output).toContain('has id 2 here and not in the SDK');
    },
  );

  it('fails an instance that cancels the timer of a race with a retried activity, as Azure does', async () => {
    const ended = await host.run('RetryThenCancel');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toMatch(/^Non-Deterministic workflow detected/);
  });

  itHere('fires in order what became due while the host was down', async () => {
    const ids = [await host.begin('Sleeps', { ms: 2 * DAY_MS }), await host.begin('Sleeps', { ms: DAY_MS })];
    await host.kill();
    letPass(5 * DAY_MS);
    await host.start();
    for (const id of ids) expect((await host.ended(id)).output).toBe('fired');
  });
});
