import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../support/host-process';
import { host, itHere } from '../conformance-host';

describe('the durable HTTP API', () => {
  const start = (target: string, body = ''): Promise<Answer> =>
    host.durable('POST', `orchestrators/${target}`, body);

  it('wants the system key', async () => {
    for (const code of ['', '?code=wrong', `?code=${host.keys.function}`]) {
      expect((await host.fetch(`/runtime/webhooks/durabletask/instances/x${code}`)).status).toBe(401);
    }
    expect((await host.durable('GET', 'instances/x')).status).toBe(404);
  });

  it('answers a start with 202, where to look, and links without rewind', async () => {
    const answer = await start('WaitOne/linked');
    expect(answer.status).toBe(202);
    expect(answer.headers.get('retry-after')).toBe('10');
    const links = answer.body as Record<string, string>;
    expect(answer.headers.get('location')).toBe(links.statusQueryGetUri);
    expect(links).not.toHaveProperty('rewindPostUri');
    const running = await host.fetch(links.statusQueryGetUri ?? '');
    expect([running.status, running.headers.get('retry-after')]).toEqual([202, '5']);
    const raised = await host.fetch((links.sendEventPostUri ?? '').replace('{eventName}', 'Go'), {
      method: 'POST',
      body: '1',
      headers: { 'content-type': 'application/json' },
    });
    expect(raised.status).toBe(202);
    await host.ended('linked');
    expect((await host.fetch(links.statusQueryGetUri ?? '')).status).toBe(200);
  });

  it('refuses a start over what runs or is suspended, and replaces what has ended', async () => {
    const id = await host.begin('WaitOne', 1);
    expect(await start(`WaitOne/${id}`, '2')).toMatchObject({
      status: 409,
      body: { Message: `An orchestration with id '${id}' already exists. It is in state Running` },
    });
    await host.durable('POST', `instances/${id}/suspend?reason=x`);
    expect((await start(`WaitOne/${id}`, '3')).body).toMatchObject({
      Message: expect.stringMatching(/Suspended$/),
    });
    await host.durable('POST', `instances/${id}/terminate?reason=x`);
    expect((await start(`Returns/${id}`, '{"value":4}')).status).toBe(202);
    expect(await host.ended(id)).toMatchObject({ name: 'Returns', output: 4, runtimeStatus: 'Completed' });
  });

  it('lets one of many starts under the same id win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => start('WaitOne/contended', String(n))),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it.each(['@x', 'a%2Fb', 'a%5Cb', 'a%23b', 'a%3Fb', 'a%01b', 'x'.repeat(101)])(
    'refuses the id %s',
    async (id) => {
      expect((await start(`WaitOne/${id}`)).status).toBe(400);
    },
  );

  it('refuses unknown orchestrators, bad JSON, bad paths and events that are no JSON', async () => {
    expect((await start('Nowhere')).status).toBe(400);
    expect((await start('WaitOne', '{bad')).body).toMatchObject({ Message: 'Invalid JSON content' });
    expect((await host.durable('GET', 'instances/%E0%A4%A')).status).toBe(400);
    expect((await host.durable('GET', 'nothing/here')).status).toBe(404);
    const id = await host.begin('WaitOne');
    const url = new URL(
      `/runtime/webhooks/durabletask/instances/${id}/raiseEvent/Go?code=${host.keys.system}`,
      host.url,
    );
    expect(
      (await host.fetch(url, { method: 'POST', body: '1', headers: { 'content-type': 'text/plain' } }))
        .status,
    ).toBe(400);
  });

  it('shows a failure as 500 only when asked', async () => {
    const { instanceId } = await host.run('Throws', { what: 'error' });
    expect((await host.durable('GET', `instances/${instanceId}`)).status).toBe(200);
    const asked = await host.durable(
      'GET',
      `instances/${instanceId}?returnInternalServerErrorOnFailure=true`,
    );
    expect(asked.status).toBe(500);
  });

  it('starts an instance again with its input, under a new id or the old', async () => {
    const { instanceId } = await host.run('Returns', { value: 9 });
    const fresh = await host.durable('POST', `instances/${instanceId}/restart`);
    const { id } = fresh.body as { id: string };
    expect([fresh.status, id === instanceId]).toEqual([202, false]);
    expect((await host.ended(id)).output).toBe(9);
    const again = await host.durable(
      'POST',
      `instances/${instanceId}/restart?restartWithNewInstanceId=false`,
    );
    expect((again.body as { id: string }).id).toBe(instanceId);
    expect((await host.durable('POST', 'instances/unknown/restart')).status).toBe(400);
  });

  it('waits for the end of what it started when asked, and answers with the output', async () => {
    const wait = 'timeout=60&pollingInterval=0.05';
    const done = await host.durable('POST', `orchestrators/Returns?${wait}`, '{"value":[7]}');
    expect([done.status, done.body]).toEqual([200, [7]]);
    const failed = await host.durable('POST', `orchestrators/Throws?${wait}`, '{"what":"error"}');
    expect(failed).toMatchObject({ status: 200, body: { runtimeStatus: 'Failed' } });
    const late = await host.durable('POST', 'orchestrators/WaitOne?timeout=0.1&pollingInterval=0.05');
    expect([late.status, late.headers.get('retry-after')]).toEqual([202, '10']);
    const wrong = await host.durable('POST', 'orchestrators/WaitOne?timeout=1&pollingInterval=2');
    expect(wrong.status).toBe(400);
  });

  itHere('answers who waits at the end itself, however far off the next interval is', async () => {
    const answered = start('WaitOne/awaited?timeout=3600&pollingInterval=1800');
    while ((await host.durable('GET', 'instances/awaited')).status === 404);
    await host.durable('POST', 'instances/awaited/raiseEvent/Go', '7');
    expect((await answered).body).toEqual({ got: 7 });
  });

  it('wants to know from when on to purge, and purges by more than one status', async () => {
    expect((await host.durable('DELETE', 'instances/?runtimeStatus=Completed')).status).toBe(400);
    expect((await host.durable('DELETE', 'instances/unknown')).status).toBe(404);
    const { instanceId } = await host.run('Returns', {});
    const filter = `createdTimeFrom=${new Date(0).toISOString()}&runtimeStatus=Completed,Terminated`;
    expect((await host.durable('DELETE', `instances/?${filter}`)).status).toBe(200);
    expect((await host.durable('GET', `instances/${instanceId}`)).status).toBe(404);
  });

  itHere('names what is wrong with a filter', async () => {
    for (const query of ['runtimeStatus=Done', 'createdTimeFrom=soon', 'top=0']) {
      const { status, body } = await host.durable('GET', `instances/?${query}`);
      expect([status, JSON.stringify(body)]).toEqual([
        400,
        expect.stringContaining(query.split('=')[0] ?? ''),
      ]);
    }
  });

  it('keeps the input to itself when asked', async () => {
    const { instanceId } = await host.run('Returns', { value: 9 });
    const answer = await host.durable('GET', `instances/${instanceId}?showInput=false`);
    expect(answer.body).toMatchObject({ input: null, output: 9 });
  });

  it('tells times in whole seconds', async () => {
    const status = await host.run('Returns', {});
    expect(status.createdTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(status.lastUpdatedTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});
