import { describe, expect, it } from '@jest/globals';
import type { InstanceStatus } from '../../support/host-process';
import { host } from '../conformance-host';

const call = async (method: string, ...args: unknown[]): Promise<unknown> => {
  const answer = await host.fetch(`/api/client/${method}`, { method: 'POST', body: JSON.stringify(args) });
  const { value, error } = answer.body as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
};

describe('the client of the SDK', () => {
  it('starts, asks, raises and waits', async () => {
    const id = (await call('startNew', 'WaitOne', { input: { a: 1 } })) as string;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await call('getStatus', id)).toMatchObject({
      instanceId: id,
      runtimeStatus: 'Running',
      input: { a: 1 },
    });
    await call('raiseEvent', id, 'Go', { b: 2 });
    await host.ended(id);
    expect(await call('getStatus', id)).toMatchObject({
      runtimeStatus: 'Completed',
      output: { got: { b: 2 } },
    });
    // The client drops the history: it looks for it under another name than Azure sends it.
    const shown = await host.durable('GET', `instances/${id}?showHistory=true`);
    const events = (shown.body as InstanceStatus).historyEvents;
    expect(events?.map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'EventRaised',
      'ExecutionCompleted',
    ]);
  });

  it('gives an empty text where startNew has no input', async () => {
    const id = (await call('startNew', 'InputOf')) as string;
    expect((await host.ended(id)).output).toEqual({ type: 'string', json: '""' });
  });

  it('refuses an event without data, ignores one for what has ended, and reports an unknown instance', async () => {
    const id = (await call('startNew', 'WaitOne')) as string;
    await expect(call('raiseEvent', id, 'Go')).rejects.toThrow('unexpected status code: 400');
    await call('terminate', id, 'enough');
    await call('raiseEvent', id, 'Go', 1);
    await expect(call('raiseEvent', 'unknown', 'Go', 1)).rejects.toThrow(
      "No instance with ID 'unknown' found",
    );
    await expect(call('getStatus', 'unknown')).rejects.toThrow('HTTP 404');
  });

  it('suspends, resumes, terminates', async () => {
    const id = (await call('startNew', 'WaitOne')) as string;
    await call('suspend', id, 'stop');
    expect(await call('getStatus', id)).toMatchObject({ runtimeStatus: 'Suspended' });
    await call('resume', id, 'go on');
    await call('terminate', id, 'enough');
    expect(await call('getStatus', id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
  });

  it('pages through all instances and filters them', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 130; n++) ids.push(await host.begin('Returns', { value: n }, `paged-${n}`));
    await host.ended('paged-129');
    const all = (await call('getStatusAll')) as InstanceStatus[];
    expect(all.map(({ instanceId }) => instanceId).filter((id) => id.startsWith('paged-'))).toEqual(ids);
    const terminated = (await call('getStatusBy', { runtimeStatus: ['Terminated'] })) as InstanceStatus[];
    expect(terminated.length).toBeGreaterThan(0);
    expect(new Set(terminated.map(({ runtimeStatus }) => runtimeStatus))).toEqual(new Set(['Terminated']));
  });

  it('purges what has ended, one and by filter, never what runs', async () => {
    const running = await host.begin('WaitOne');
    const { instanceId } = await host.run('Returns', { value: 1 });
    expect(await call('purgeInstanceHistory', instanceId)).toMatchObject({ instancesDeleted: 1 });
    await expect(call('getStatus', instanceId)).rejects.toThrow('HTTP 404');
    expect(await call('purgeInstanceHistory', running)).toMatchObject({ instancesDeleted: 0 });
    const everything = `instances/?createdTimeFrom=${new Date(0).toISOString()}&runtimeStatus=Completed`;
    const purged = (await host.durable('DELETE', everything)).body as { instancesDeleted: number };
    expect(purged.instancesDeleted).toBeGreaterThanOrEqual(130);
    expect((await host.status(running)).runtimeStatus).toBe('Running');
  });

  it('hands out links that work', async () => {
    const links = (await call('createHttpManagementPayload', 'x-1')) as Record<string, string>;
    expect(Object.keys(links).sort()).toEqual(
      [
        'id',
        'statusQueryGetUri',
        'sendEventPostUri',
        'terminatePostUri',
        'rewindPostUri',
        'purgeHistoryDeleteUri',
        'restartPostUri',
        'suspendPostUri',
        'resumePostUri',
      ].sort(),
    );
    expect(
      links.statusQueryGetUri?.startsWith(`${host.url}/runtime/webhooks/durabletask/instances/x-1?`),
    ).toBe(true);
    expect((await host.fetch('/api/check', { method: 'POST' })).body).toEqual({ v: 'a' });
    expect((await host.fetch('/api/hostname')).body).toBe(new URL(host.url).host);
  });
});
