import { describe, expect, it } from '@jest/globals';
import { command, expectEpisodes, host, itHere } from '../conformance-host';

describe('commands', () => {
  it('terminates, and a reason that is JSON becomes that value', async () => {
    const sentence = await host.begin('WaitOne');
    expect(await command(sentence, 'terminate')).toBe(202);
    expect(await host.status(sentence)).toMatchObject({ runtimeStatus: 'Terminated', output: 'why' });
    expectEpisodes(sentence, ['Started -> 6:Go', 'Terminated -> 6:Go']);
    const number = await host.begin('AnyLoserHolds');
    await host.durable('POST', `instances/${number}/terminate?reason=5`);
    expect(await host.status(number)).toMatchObject({ runtimeStatus: 'Terminated', output: 5 });
  });

  it('runs the orchestrator while suspended, but schedules nothing until it is resumed', async () => {
    const id = await host.begin('WorksAfterEvent');
    expect(await command(id, 'suspend')).toBe(202);
    expect((await host.raise(id, 'Go', 1)).status).toBe(202);
    expect((await host.status(id)).runtimeStatus).toBe('Suspended');
    expect(await command(id, 'suspend')).toBe(500);
    expect(await command(id, 'resume')).toBe(202);
    expect((await host.ended(id)).output).toBe('x');
    expectEpisodes(id, [
      'Started -> 6:Go',
      'Suspended -> 6:Go',
      'Event Go=1 -> 6:Go 0:Return',
      'Resumed -> 6:Go 0:Return',
      'Task#0 Return, Done<0 "x" -> done 6:Go 0:Return',
    ]);
  });

  itHere('keeps an instance suspended across a restart of the host', async () => {
    const id = await host.begin('WaitTwice');
    await command(id, 'suspend');
    await host.raise(id, 'Go', 1);
    await host.kill();
    await host.start();
    expect((await host.status(id)).runtimeStatus).toBe('Suspended');
    await host.raise(id, 'Go', 2);
    await command(id, 'resume');
    expect((await host.ended(id)).output).toEqual([1, 2]);
  });

  it('answers 500 to a resume of what runs, 410 to commands to what has ended, 404 to unknown ids', async () => {
    const running = await host.begin('WaitOne');
    expect(await command(running, 'resume')).toBe(500);
    const { instanceId } = await host.run('Returns', {});
    for (const operation of ['terminate', 'suspend', 'resume']) {
      expect(await command(instanceId, operation)).toBe(410);
      expect(await command('unknown', operation)).toBe(404);
    }
    expect((await host.raise(instanceId, 'Go', 1)).status).toBe(410);
    expect((await host.raise('unknown', 'Go', 1)).status).toBe(404);
    expect([await command(instanceId, 'rewind'), await command('unknown', 'rewind')]).toEqual([412, 404]);
  });
});
