import { describe, expect, it } from '@jest/globals';
import { expectEpisodes, expectLastEpisode, host, itHere } from '../conformance-host';

describe('retries, as Azure runs them', () => {
  it('draws an id for every pause and every attempt', async () => {
    const ended = await host.run('Retries', { times: 2, attempts: 3 });
    expect(ended.output).toEqual({ value: 3 });
    expectEpisodes(ended.instanceId, [
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
    expectLastEpisode(
      ended.instanceId,
      `Timer#${attempts === 1 ? 1 : lastTimer}, Fired<${attempts === 1 ? 1 : lastTimer} -> done 1:FailAtFirst`,
    );
  });

  it('refuses an interval of zero in the orchestrator', async () => {
    const ended = await host.run('Retries', { times: 1, attempts: 2, intervalMs: 0 });
    expect(ended.output).toMatch(/firstRetryIntervalInMilliseconds value must be greater than 0\.$/);
  });

  itHere('finishes the attempts of a loser before the instance ends', async () => {
    const ended = await host.run('RetryLeftBehind');
    expect(ended.output).toBe('left');
    const events = host.episodes(ended.instanceId).join(' | ');
    expect(events).toMatch(/Timer#2.*Task#3 FailAtFirst.*Timer#4.*Task#5 FailAtFirst, Done<5 3 -> done/);
  });

  itHere('fails the instance when the retry time-out is reached, where Azure leaves it running', async () => {
    const ended = await host.run('RetryTimeout');
    expect(ended.runtimeStatus).toBe('Failed');
    expect(ended.output).toContain('waits for nothing that could still happen');
  });

  it('shows the failure of the last attempt at once', async () => {
    const ended = await host.run('Retries', { times: 9, attempts: 1, intervalMs: 600_000 });
    expect((ended.output as { message: string }).message).toContain('failed:  attempt 1 ');
  });

  itHere('refuses a retry without attempts, where Azure leaves the instance running', async () => {
    expect((await host.run('Retries', { times: 1, attempts: 0 })).output).toMatch(/a retry has 0 attempts/);
  });
});
