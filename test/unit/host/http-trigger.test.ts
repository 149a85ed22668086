import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../../support/host-process';

const LIMIT_BYTES = 1_000_000;
const host = new HostProcess('http', {
  BODY_LIMIT: String(LIMIT_BYTES),
  STALL_LIMIT: '1000',
  WINNER: 'from the environment',
});
beforeAll(() => host.start());
afterAll(() => host.dispose());

const get = (target: string, init?: RequestInit) => host.fetch(`/v1/${target}`, init);

/** Sends bytes as they are and resolves with all that comes back until the host closes. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

describe('routes', () => {
  it.each([
    ['byDefault', 'byDefault', {}],
    ['BYDEFAULT', 'byDefault', {}],
    ['things/5', 'things', { id: '5' }],
    ['things/five', 'thingByName', { name: 'five' }],
    ['things/a%20b%2Fc', 'thingByName', { name: 'a b/c' }],
    ['things/special', 'special', {}],
    ['optional', 'optional', {}],
    ['optional/x', 'optional', { id: 'x' }],
    ['files/a/b/c.txt', 'files', { path: 'a/b/c.txt' }],
    ['codes/de-12/a-b-c', 'constrained', { code: 'de-12', from: 'a-b', to: 'c' }],
  ])('%s goes to %s', async (target, name, params) => {
    expect((await get(target)).body).toEqual({ name, params });
  });

  it('begin with the prefix that an app setting sets, not with that of host.json', async () => {
    expect((await host.fetch('/overridden/byDefault')).status).toBe(404);
    expect((await host.fetch('/v1/byDefault')).status).toBe(200);
  });

  it('answers 404 with a problem', async () => {
    for (const target of ['unknown', 'things', 'things/1/2', 'codes/deu-12/a-b']) {
      const answer = await get(target);
      expect(answer).toMatchObject({ status: 404, body: { status: 404, code: 'not-found' } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await host.fetch('/byDefault')).status).toBe(404);
  });

  it('answers 405 with the methods there are', async () => {
    const answer = await get('things/5', { method: 'PUT' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, OPTIONS']);
  });

  it('answers OPTIONS itself, and HEAD with the head of GET', async () => {
    const options = await get('things/5', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS']);
    const head = await get('things/5', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), head.body]).toEqual([200, 'application/json', '']);
  });

  it('refuses a path that is no percent-encoding', async () => {
    expect((await get('things/%E0%A4%A')).status).toBe(400);
  });
});

describe('requests and answers', () => {
  it('hands over bytes, headers and query', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const response = await fetch(`${host.url}/v1/echo?q=a%20b`, {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'x/y' },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect([response.headers.get('content-type'), response.headers.get('x-query')]).toEqual(['x/y', 'a b']);
  });

  it('reads forms, with files and without', async () => {
    const form = new FormData();
    form.append('text', 'ä');
    form.append('file', new Blob([Buffer.from([0, 255])]), 'two.bin');
    expect((await get('form', { method: 'POST', body: form })).body).toEqual([
      ['text', 'ä'],
      ['file', ['two.bin', '00ff']],
    ]);
    const fields = new URLSearchParams([
      ['a', '1 2'],
      ['a', '3'],
    ]);
    expect((await get('form', { method: 'POST', body: fields })).body).toEqual([
      ['a', '1 2'],
      ['a', '3'],
    ]);
  });

  it('streams both ways: the answer begins before the request has ended', async () => {
    const feed = new TransformStream<Uint8Array, Uint8Array>();
    const writer = feed.writable.getWriter();
    const answered = fetch(`${host.url}/v1/upperCase`, {
      method: 'POST',
      body: feed.readable,
      duplex: 'half',
    });
    await writer.write(Buffer.from('first '));
    const reader = (await answered).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('FIRST ');
    await writer.write(Buffer.from('second'));
    await writer.close();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('SECOND');
    expect((await reader?.read())?.done).toBe(true);
  });

  it('answers 204 for nothing, and as the handler says otherwise', async () => {
    expect((await get('nothing')).status).toBe(204);
    expect(await get('response')).toMatchObject({ status: 418, body: 'short and stout' });
  });

  it('sets cookies', async () => {
    const { headers } = await get('cookies');
    expect(headers.getSetCookie()).toEqual(['raw=1', 'a=b%20c; Path=/; HttpOnly; SameSite=Lax']);
  });

  it('hides what a handler threw', async () => {
    for (const target of ['throws', 'returnsText', 'tooLate']) {
      const answer = await get(target);
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error' } });
      expect(JSON.stringify(answer.body)).not.toContain('secret');
    }
  });

  it('cuts the connection where an answer that has begun breaks off', async () => {
    await expect(get('breaksOff')).rejects.toThrow('terminated');
  });

  it('runs hooks around the handler, which may change its result or its error', async () => {
    expect((await get('hooked')).body).toBe('pre handler post');
    expect((await get('rescued')).body).toBe('rescued: lost');
  });

  it('reads settings from local.settings.json, where the environment wins', async () => {
    expect((await get('settings')).body).toEqual({
      greeting: 'from the file',
      winner: 'from the environment',
    });
  });
});

describe('keys', () => {
  it('opens level function with either key or that of the function, level admin with its own only', async () => {
    const { keys } = host;
    const statusWith = async (target: string, key: string): Promise<number[]> => [
      (await get(`${target}?code=${key}`)).status,
      (await get(target, { headers: { 'x-functions-key': key } })).status,
    ];
    expect((await get('guarded')).status).toBe(401);
    expect(await statusWith('guarded', 'wrong')).toEqual([401, 401]);
    expect(await statusWith('guarded', keys.function)).toEqual([200, 200]);
    expect(await statusWith('guarded', keys.admin)).toEqual([200, 200]);
    expect(await statusWith('guarded', keys.system)).toEqual([401, 401]);
    expect(await statusWith('guarded', keys.functions?.guarded ?? '')).toEqual([200, 200]);
    expect(await statusWith('alsoGuarded', keys.functions?.guarded ?? '')).toEqual([401, 401]);
    expect(await statusWith('adminOnly', keys.function)).toEqual([401, 401]);
    expect(await statusWith('adminOnly', keys.admin)).toEqual([200, 200]);
  });
});

describe('what a client does wrong', () => {
  it('refuses a body over the limit, announced or not', async () => {
    const large = Buffer.alloc(LIMIT_BYTES + 1);
    expect(await get('echo', { method: 'POST', body: large })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    const chunked = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 11; n++) controller.enqueue(Buffer.alloc(100_000));
        controller.close();
      },
    });
    const answer = await get('echo', { method: 'POST', body: chunked, duplex: 'half' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    expect((await get('echo', { method: 'POST', body: large.subarray(1) })).status).toBe(200);
  });

  it('answers though the handler does not read the body', async () => {
    expect((await get('ignoresBody', { method: 'POST', body: Buffer.alloc(LIMIT_BYTES) })).body).toBe('done');
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a bad Host', 'GET / HTTP/1.1\r\nHost: a b c\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a bad target', 'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'too large a header',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(70_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    ['TRACE', 'TRACE /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 501 /],
  ])('survives %s', async (_name, bytes, answer) => {
    expect(await raw(bytes)).toMatch(answer);
    expect((await get('nothing')).status).toBe(204);
  });

  it('cuts requests that do not go on, in their head, in their body, or when nobody takes the answer', async () => {
    const stalled = 'POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf';
    expect(await raw(stalled)).toMatch(/^HTTP\/1\.1 408 [^]*body-stalled/);
    expect(await raw('GET /v1/nothing HTTP/1.1\r\nHost: x\r\n')).toMatch(/^(HTTP\/1\.1 408 |$)/);
    await new Promise<void>((cut) => {
      const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => {
        socket.pause();
        socket.write('GET /v1/endless HTTP/1.1\r\nHost: x\r\n\r\n');
        setTimeout(() => socket.resume(), 3_000);
      });
      socket.on('error', () => undefined).on('close', () => cut());
    });
    expect((await get('nothing')).status).toBe(204);
  });

  it('survives clients that go away in the middle', async () => {
    for (const bytes of [
      'POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf',
      'GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => {
          socket.write(bytes, () => socket.destroy());
        });
        socket.on('close', () => resolve());
      });
    }
    expect((await get('slow')).body).toBe('finished');
  });
});

describe('a host that is told to stop', () => {
  it('answers what is under way first', async () => {
    const stopping = new HostProcess('http');
    await stopping.start();
    const slow = stopping.fetch('/v1/slow');
    await stopping.fetch('/v1/nothing');
    const [answer, code] = await Promise.all([slow, stopping.kill('SIGTERM')]);
    expect([answer.body, code]).toEqual(['finished', 0]);
    await stopping.dispose();
  });
});
