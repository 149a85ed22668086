import { describe, expect, it } from '@jest/globals';
import { expectLastEpisode, host } from '../conformance-host';

describe('external events, as Azure delivers them', () => {
  it('delivers a value, and null', async () => {
    for (const value of [{ a: 1 }, null]) {
      const id = await host.begin('WaitOne');
      expect((await host.raise(id, 'Go', value)).status).toBe(202);
      expect((await host.ended(id)).output).toEqual({ got: value });
    }
  });

  it('regards the case of names', async () => {
    const id = await host.begin('WaitOne');
    await host.raise(id, 'gO', 1);
    expect((await host.status(id)).runtimeStatus).toBe('Running');
    await host.raise(id, 'Go', 2);
    expect((await host.ended(id)).output).toEqual({ got: 2 });
  });

  it('serves two waiters newest first', async () => {
    const id = await host.begin('WaitTwoAtOnce');
    await host.raise(id, 'Go', 1);
    await host.raise(id, 'Go', 2);
    expect((await host.ended(id)).output).toEqual([2, 1]);
  });

  it('keeps events that come before anyone waits, in order', async () => {
    const id = await host.begin('WaitLate');
    await host.raise(id, 'Go', 'e1');
    await host.raise(id, 'Go', 'e2');
    expect((await host.ended(id)).output).toEqual(['e1', 'e2']);
    expectLastEpisode(id, 'Done<0 null -> done 0:Pause 6:Go 6:Go');
  });
});
