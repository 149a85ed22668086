import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess, type Answer } from '../support/host-process';

const host = new HostProcess('durable');
beforeAll(() => host.start());
afterAll(() => host.dispose());

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TYPE =
  '"$type":"Microsoft.Azure.WebJobs.Extensions.DurableTask.ResponseMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask",';
/** The episodes without what differs from run to run. */
const episodes = (id: string): string[] =>
  host.episodes(id).map((line) => line.replaceAll(GUID, 'ID').replaceAll(TYPE, '').replaceAll(id, 'I'));
const state = async (key: string, name = 'Counter'): Promise<Answer> =>
  host.durable('GET', `entities/${name}/${key}`);
const signal = async (key: string, operation: string, input?: unknown, name = 'Counter'): Promise<Answer> =>
  host.durable('POST', `entities/${name}/${key}?op=${operation}`, JSON.stringify(input));
const call = async (key: string, operation: string, input?: unknown, name?: string): Promise<unknown> =>
  (await host.run('CallsEntity', { key, operation, input, name })).output;

describe('calls and signals', () => {
  it('signals at once, calls when awaited, and numbers them as Azure does', async () => {
    const id = await host.begin('Counts');
    expect((await host.ended(id)).output).toEqual([12, 12]);
    expect(episodes(id)).toEqual([
      'Started -> 9 7',
      'Sent#0 @counter@k-I op, Sent#1 @counter@k-I op, Event ID={"result":"12"} -> 9 7 7',
      'Sent#2 @counter@k-I op, Event ID={"result":"12"} -> done 9 7 7',
    ]);
  });

  it('throws what Azure throws where an operation fails', async () => {
    const id = await host.begin('CallsEntity', { key: 'f', operation: 'fail' });
    expect((await host.ended(id)).output).toEqual({ name: 'Error', message: '[object Object]' });
    expect(episodes(id)[1]).toBe(
      'Sent#0 @counter@f op, Event ID={"result":"{}","exceptionType":"Error"} -> done 7',
    );
  });

  it('takes back nothing of an operation that fails: neither its state nor its signals', async () => {
    await call('kept', 'addThenFail');
    expect(await call('kept', 'get')).toEqual({ value: 100 });
    await expectState('kept-told', 1);
  });

  it('ends without waiting for a call that lost a race', async () => {
    const id = await host.begin('LeavesCallBehind');
    expect((await host.ended(id)).output).toBe('left');
    expect(episodes(id)[1]).toBe('Sent#0 @counter@left op, Task#1 Return, Done<1 1 -> done 11[7 0:Return]');
    await expectState('left', 1);
  });

  it('sends a call only when it is awaited', async () => {
    const id = await host.begin('CallAfterTimer');
    expect((await host.ended(id)).output).toEqual([0, 'last']);
    expect(episodes(id)).toEqual([
      'Started -> 11[5]',
      'Timer#0, Fired<0 -> 11[5] 7',
      'Sent#1 @counter@after-timer op, Event ID={"result":"0"} -> 11[5] 7 0:Return',
      'Task#2 Return, Done<2 "last" -> done 11[5] 7 0:Return',
    ]);
  });

  it('tells an operation who it is and what it was given', async () => {
    expect(await call('told', 'describe', { a: [1] })).toEqual({
      value: {
        ...{ id: { name: 'counter', key: 'told' }, name: 'counter', key: 'told' },
        ...{ operation: 'describe', isNew: true, input: { a: [1] } },
      },
    });
    expect(await call('told', 'describe')).toMatchObject({ value: { isNew: false, input: 'undefined' } });
    expect(await call('told', 'describe', false)).toMatchObject({ value: { input: false } });
    expect(await call('told', 'nothing')).toEqual({});
    expect(await call('waited', 'slowAdd', 5, 'ASYNCcounter')).toEqual({ value: 1 });
  });

  it('answers every call of a batch in order', async () => {
    expect((await host.run('CallsMany', { key: 'many', times: 40 })).output).toEqual(
      [...Array(40).keys()].map((n) => n + 1),
    );
  });

  it('signals what ends at once, fails, or begins again', async () => {
    await host.run('SignalsOnly', { key: 'ends', value: 4 });
    await host.run('SignalsThenThrows', { key: 'ends' });
    await expectState('ends', 5);
    expect((await host.run('CountsOn', { key: 'on', n: 3 })).output).toBe('counted');
    await expectState('on', 6);
    await expectState('on-late', 3);
  });

  it('passes signals on between entities, each once and in order', async () => {
    await call('teller', 'tell', { key: 'heard', times: 10 });
    await expectState('heard', 55);
  });

  it('runs signals of one sender in their order', async () => {
    await Promise.all(
      [1, 2, 3].map((n) =>
        host.run('Converses', { key: `sums-${n}`, steps: 4 }).then(async ({ instanceId, output }) => {
          expect(output).toEqual([1, 2, 3, 4]);
          await expectState(instanceId, [1, 2, 3, 4], 'Log');
          await expectState(`sums-${n}-sum`, 12);
        }),
      ),
    );
  });
});

describe('what cannot be', () => {
  it('fails an orchestration that asks an unknown entity', async () => {
    const output = "Orchestrator function 'CallsEntity' failed: no entity named 'nobody' is registered";
    const ended = await host.run('CallsEntity', { name: 'Nobody', key: 'x', operation: 'add' });
    expect(ended).toMatchObject({ runtimeStatus: 'Failed', output });
    expect((await host.run('SignalsOnly', { name: 'Nobody', key: 'x' })).output).toContain(
      "no entity named 'nobody' is registered",
    );
    expect((await host.run('CallsEntity', { key: 'a/b', operation: 'add' })).output).toContain(
      'The entity key "a/b" contains one of / \\ ? # or a control character.',
    );
  });

  it('drops a signal to an unknown entity, having told the log, and keeps the rest', async () => {
    expect(await call('tells', 'tellNobody')).toEqual({});
    expect(await call('tells', 'get')).toEqual({ value: 1 });
  });

  it('fails an operation whose state would be too large, and keeps the state', async () => {
    await signal('big', 'add', 7);
    expect(await call('big', 'grow', 1_000_000)).toMatchObject({
      message: expect.stringContaining("The state of entity '@counter@big' has 1000002 bytes of JSON"),
    });
    expect(await call('big', 'get')).toEqual({ value: 7 });
  });

  it.each([
    ['POST', 'entities/Nobody/x?op=add', "no entity named 'nobody' is registered"],
    ['GET', 'entities?pageSize=none', "'pageSize' is 'none'"],
    ['GET', 'entities?lastOperationTimeFrom=soon', "'lastOperationTimeFrom' is no time"],
  ])('refuses %s %s', async (method, target, problem) => {
    const { status, body } = await host.durable(method, target);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { Message: expect.stringContaining(problem) },
    });
  });

  it('refuses a body that is no JSON, and a method that it does not know', async () => {
    expect((await host.durable('POST', 'entities/Counter/x?op=add', '{bad')).status).toBe(400);
    expect((await host.durable('PUT', 'entities/Counter/x?op=add')).status).toBe(404);
    expect((await host.durable('POST', 'entities/Counter')).status).toBe(404);
  });
});

describe('clients', () => {
  it('signals and reads over HTTP, and deletes by an operation of that name', async () => {
    expect((await state('web')).status).toBe(404);
    expect((await signal('web', 'add', 3)).status).toBe(202);
    await expectState('web', 3);
    expect(await call('web', 'get')).toEqual({ value: 3 });
    expect((await host.durable('DELETE', 'entities/Counter/web')).status).toBe(202);
    await expect(call('web', 'describe')).resolves.toMatchObject({ value: { isNew: true } });
    expect((await state('web')).status).toBe(404);
  });

  it('takes text for an input where the media type is none of JSON', async () => {
    const url = new URL('/runtime/webhooks/durabletask/entities/Log/text?op=append', host.url);
    url.searchParams.set('code', host.keys.system);
    await host.fetch(url, { method: 'POST', body: 'plain', headers: { 'content-type': 'text/plain' } });
    await expectState('text', ['plain'], 'Log');
  });

  it('serves the client of the SDK', async () => {
    const client = async (method: string, ...args: unknown[]): Promise<unknown> =>
      (await host.fetch(`/api/client/${method}`, { method: 'POST', body: JSON.stringify(args) })).body;
    const id = { name: 'Counter', key: 'sdk' };
    expect(await client('readEntityState', id)).toEqual({ value: { entityExists: false } });
    expect(await client('signalEntity', id, 'add', 2)).toEqual({ value: null });
    await expectState('sdk', 2);
    expect(await client('readEntityState', id)).toEqual({ value: { entityExists: true, entityState: 2 } });
  });

  it('lists those with a state by pages, and none without', async () => {
    for (const key of ['p1', 'p2', 'p3', 'p4']) await signal(key, 'append', key, 'Log');
    await signal('p4', 'delete', null, 'Log');
    await call('stateless', 'get');
    await expectState('p3', ['p3'], 'Log');
    while ((await state('p4', 'Log')).status !== 404);
    const first = await host.durable('GET', 'entities/log?pageSize=2&fetchState=true');
    const names = (body: unknown): string[] =>
      (body as { entityId: { name: string; key: string } }[])
        .filter(({ entityId: { name } }) => name === 'log')
        .map(({ entityId: { key } }) => key);
    const all = names((await host.durable('GET', 'entities')).body);
    expect(all).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']));
    expect(all).not.toContain('p4');
    expect(first.body).toHaveLength(2);
    const token = first.headers.get('x-ms-continuation-token') ?? '';
    const rest = await host.fetch(`/runtime/webhooks/durabletask/entities/log?code=${host.keys.system}`, {
      headers: { 'x-ms-continuation-token': token },
    });
    expect([...names(first.body), ...names(rest.body)]).toEqual(all);
    expect(rest.headers.get('x-ms-continuation-token')).toBeNull();
    const future = await host.durable('GET', 'entities?lastOperationTimeFrom=2100-01-01');
    expect(future.body).toEqual([]);
    expect(JSON.stringify((await host.durable('GET', 'entities/counter')).body)).not.toContain('stateless');
  });
});

const expectState = async (key: string, value: unknown, name?: string): Promise<void> => {
  for (let tries = 0; tries < 500; tries++) {
    const { status, body } = await state(key, name);
    if (status === 200 && JSON.stringify(body) === JSON.stringify(value)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect((await state(key, name)).body).toEqual(value);
};
