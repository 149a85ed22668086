import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { command, expectEpisodes, host, itHere } from '../conformance-host';

const failed = (id: string): Promise<unknown> =>
  host.until(id, (status) => status.runtimeStatus === 'Failed');

describe('rewinding', () => {
  it('runs the failed activity again, and none that had succeeded', async () => {
    const id = await host.begin('FailsOnce', { key: 'rewound-activity' });
    await failed(id);
    expect(await command(id, 'rewind')).toBe(202);
    expect((await host.ended(id)).output).toEqual([1, 2]);
    expectEpisodes(id, [
      'Started -> 0:Count',
      'Task#0 Count, Done<0 1 -> 0:Count 0:FailAtFirst',
      "Task#1 FailAtFirst, Failed<1 Activity function 'FailAtFirst' failed:  attempt 1 -> throws 0:Count 0:FailAtFirst",
      'Rewound why -> 0:Count 0:FailAtFirst',
      'Task#1 FailAtFirst, Done<1 2 -> done 0:Count 0:FailAtFirst',
    ]);
  });

  it('runs every failed member of Task.all again', async () => {
    const id = await host.begin('FailsOnce', { key: 'rewound-all', members: 3 });
    await failed(id);
    await command(id, 'rewind');
    expect((await host.ended(id)).output).toEqual([1, [2, 2, 2]]);
  });

  it('rewinds failed sub-orchestrations with their parent', async () => {
    const id = await host.begin('CallsFailing', { key: 'rewound-child' });
    await failed(id);
    await command(id, 'rewind');
    expect((await host.ended(id)).output).toEqual({ child: [1, 2] });
  });

  itHere(
    'gives a retry that was exhausted its last attempt again, where Azure no longer replays',
    async () => {
      const id = await host.begin('FailsRetried', { key: 'rewound-retry' });
      await failed(id);
      await command(id, 'rewind');
      expect((await host.ended(id)).output).toBe(3);
    },
  );

  itHere('leaves failures alone that the orchestrator caught, where Azure no longer replays', async () => {
    const id = await host.begin('CatchesThenFails', { key: 'rewound-caught' });
    await failed(id);
    await command(id, 'rewind');
    expect((await host.ended(id)).output).toEqual(['caught', 2]);
  });

  it('fails again where the cause is still there', async () => {
    const { instanceId } = await host.run('Throws', { what: 'error' });
    expect(await command(instanceId, 'rewind')).toBe(202);
    expect(await host.ended(instanceId)).toMatchObject({ runtimeStatus: 'Failed' });
  });

  it('is for what has failed only', async () => {
    const running = await host.begin('WaitOne');
    expect(await command(running, 'rewind')).toBe(412);
    const { instanceId } = await host.run('Returns', {});
    expect(await command(instanceId, 'rewind')).toBe(412);
    expect(await command('unknown', 'rewind')).toBe(404);
  });

  itHere(
    'lets a non-deterministic instance go on once the code was mended, over a crash in between',
    async () => {
      writeFileSync(host.file('version'), 'A');
      const id = await host.begin('Changing');
      await host.until(id, () => host.episodes(id).length === 2);
      writeFileSync(host.file('version'), 'B');
      await host.raise(id, 'Go', 1);
      await failed(id);
      writeFileSync(host.file('version'), 'A');
      await host.kill();
      await host.start();
      expect(await command(id, 'rewind')).toBe(202);
      expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: 'A' });
    },
  );
});
