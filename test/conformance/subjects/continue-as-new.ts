import { describe, expect, it } from '@jest/globals';
import { command, expectEpisodes, expectLastEpisode, host, itHere } from '../conformance-host';

describe('continue-as-new, as Azure does it', () => {
  it('begins again with a new history', async () => {
    const ended = await host.run('CountsTo2', { n: 0 });
    expect(ended).toMatchObject({ output: 2, input: { n: 2 } });
    expectEpisodes(ended.instanceId, [
      'Started -> 0:Return',
      'Task#0 Return, Done<0 0 -> done 0:Return 4',
      'Started -> 0:Return',
      'Task#0 Return, Done<0 1 -> done 0:Return 4',
      'Started -> 0:Return',
      'Task#0 Return, Done<0 2 -> done 0:Return',
    ]);
  });

  it.each([
    ['foo', { got: '"foo"', type: 'string' }],
    ['nothing', { got: null, type: 'object' }],
  ])('gives the input %j as Azure does, a text in quotes', async (first, expected) => {
    expect((await host.run('ContinuesWith', { first })).output).toEqual(expected);
  });

  it('drops an event that came before and was not awaited', async () => {
    const id = await host.begin('ContinuesOnEvent', { n: 0 });
    await host.raise(id, 'Second', 'early');
    await host.raise(id, 'First', 1);
    expect((await host.ended(id)).output).toBe('dropped');
  });

  itHere('carries an event over that comes while losers hold it', async () => {
    const id = await host.begin('ContinuesAfterLoser', { n: 0 });
    await host.until(id, () => host.episodes(id).length === 2);
    await host.raise(id, 'E', 'late');
    expect((await host.ended(id)).output).toEqual({ carried: 'late' });
    expectLastEpisode(id, 'Started, Event E="late"* -> done 11[5X 6:E]');
  });

  it('delivers a consumed event again where nothing was awaited after a cancelled timer', async () => {
    const id = await host.begin('ContinuesAtOnce', { n: 0 });
    await host.raise(id, 'Go', 'once');
    expect((await host.ended(id)).output).toBe('again once');
  });

  it('resets the custom status', async () => {
    expect(await host.run('ContinuesWithStatus', { n: 0 })).toMatchObject({
      output: 'second',
      customStatus: null,
    });
  });

  itHere('can be ended where it does nothing but begin again', async () => {
    const id = await host.begin('ContinuesForEver', {});
    expect(await command(id, 'terminate')).toBe(202);
    expect(await host.status(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'why' });
  });

  it('fails where the orchestrator throws after it', async () => {
    expect(await host.run('ContinuesThenThrows')).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'ContinuesThenThrows' failed: after all",
    });
  });
});
