import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { verifyChain } from '../../../shared/domain/log-chain';
import { waveInput } from '../../unit/http/samples';
import { form, makeWorld, type World } from '../../unit/http/world';
import { serveApi, type ServedApi } from './served-api';

let world: World;
let served: ServedApi;
beforeAll(async () => {
  world = await makeWorld();
  served = await serveApi(world.api, { admin: 'admin-key', function: 'function-key', system: 'system-key' });
});
afterAll(async () => {
  await served.close();
  world.api.close();
});

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${served.url}${path}`, { redirect: 'manual', ...init });
const problemOf = async (response: Response) => ({
  status: response.status,
  type: response.headers.get('content-type'),
  body: (await response.json()) as { code: string },
});

/** A request as nobody's library would send it. */
async function sendRaw(request: string): Promise<string> {
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  socket.end(request);
  return text(socket);
}

describe('the API over HTTP', () => {
  it('answers unknown addresses, methods and bad paths with problem documents', async () => {
    expect(await problemOf(await send('/api/nothing'))).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    const wrong = await send('/api/workloads/shop', { method: 'DELETE' });
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, PUT');
    expect(await problemOf(wrong)).toMatchObject({ status: 405, type: 'application/problem+json' });
    expect(await problemOf(await send('/api/workloads/%ff'))).toMatchObject({ status: 400 });
    const traversal = await sendRaw(
      'GET /api/workloads/..%2f..%2ftokens HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(traversal).toMatch(/^HTTP\/1.1 401/);
  });

  it('keeps token making for who has the key of the host', async () => {
    const body = JSON.stringify({ name: 'Nora', roles: ['lead'] });
    const headers = { 'content-type': 'application/json' };
    const post = (more: Record<string, string>) =>
      send('/api/tokens', { method: 'POST', headers: { ...headers, ...more }, body });
    expect((await post({})).status).toBe(401);
    expect((await post({ 'x-functions-key': 'function-key' })).status).toBe(401);
    expect((await post({ authorization: world.lead.authorization })).status).toBe(401);
    expect((await post({ 'x-functions-key': 'admin-key' })).status).toBe(201);
  });

  it('stops reading a body beyond 1 MiB, also one that never says how long it is', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)),
    });
    const headers = { ...world.lead, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit;
    const refused = await send('/api/waves', init).catch((error: unknown) => error);
    // The connection may be cut before the answer was read; what counts is that it ends.
    if (refused instanceof Response) expect(refused.status).toBe(413);
    expect((await send('/api/health')).status).toBe(200);
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const response = await send('/api/waves/first', { method: 'HEAD', headers: world.viewer });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toMatch(/^"/);
    expect(await response.text()).toBe('');
  });

  it('says where long work can be followed', async () => {
    await send('/api/waves', {
      method: 'POST',
      headers: { ...world.lead, 'content-type': 'application/json' },
      body: JSON.stringify(waveInput('followed')),
    });
    const started = await send('/api/waves/followed/start', {
      method: 'POST',
      headers: { ...world.lead, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'The window is open' }),
    });
    expect(started.status).toBe(202);
    expect(Number(started.headers.get('retry-after'))).toBeGreaterThan(0);
    const followed = await send(started.headers.get('operation-location') ?? '', { headers: world.viewer });
    expect(await followed.json()).toMatchObject({ id: 'followed', status: 'running' });
  });

  it('R133 exports a log that can be verified without the service', async () => {
    const response = await send(`/api/cutovers/${world.cutoverId}/log/export`, { headers: world.viewer });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const exported = await response.text();
    expect(exported.endsWith('\n')).toBe(true);
    const lines = exported.slice(0, -1).split('\n');
    expect(verifyChain(lines)).toMatchObject({ ok: true, subject: `cutover:${world.cutoverId}` });
    expect(verifyChain(lines.with(1, (lines[1] ?? '').replace('causeway', 'mallory')))).toMatchObject({
      ok: false,
    });
  });

  it('R63 R64 takes a decision from a browser: link, sign-in, form', async () => {
    const page = `/api/gates/${world.gate.id}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: served.url,
      accept: 'text/html',
    };
    const signedIn = await send(`${page}/sign-in`, {
      method: 'POST',
      headers,
      body: form({ link: world.link, token: world.approverToken }),
    });
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/^causeway_session=.*HttpOnly.*SameSite=Strict/i);
    const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const shown = await (await send(signedIn.headers.get('location') ?? '', { headers: { cookie } })).text();
    const hidden = [...shown.matchAll(/type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', value ?? '']));
    const decided = await send(`${page}/decide`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: form({ ...fields, choice: 'approve', reason: 'All is ready' }),
    });
    expect(decided.status).toBe(303);
    const gate = await (await send(page, { headers: world.viewer })).json();
    expect(gate).toMatchObject({ status: 'decided', outcome: 'approve' });
  });
});
