import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createOutboundHttp,
  parseAllowedAddresses,
  type ClosableOutboundHttp,
  type OutboundHttpOptions,
} from '../../../shared/adapters/safe-http/outbound-http';

let server: Server;
let port: number;
let requests: string[];
const clients: ClosableOutboundHttp[] = [];

const open = (options: Partial<OutboundHttpOptions> = {}): ClosableOutboundHttp => {
  const http = createOutboundHttp({ allowed: [], timeoutMs: 5_000, ...options });
  clients.push(http);
  return http;
};

const at = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const get = (http: ClosableOutboundHttp, host: string, path = '/') =>
  http.request({ method: 'GET', url: `http://${host}:${port}${path}` });

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.setHeader('connection', 'close');
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else if (request.url === '/large') response.end('x'.repeat(5_000));
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    else if (request.url !== '/silent') response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((http) => http.close()));
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
});

describe('Outbound HTTP connects only where it may', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::ffff:127.0.0.1]',
    '[::1]',
    '[::]',
    '0',
  ])('refuses loopback spelt as %s and never reaches the server', async (host) => {
    await expect(get(open(), host)).rejects.toMatchObject({ code: 'address-refused' });
    expect(requests).toEqual([]);
  });

  it.each(['127.0.0.1', '2130706433', '0x7f.1'])(
    'reaches %s where configuration allows loopback',
    async (host) => {
      const response = await get(open({ allowed: ['127.0.0.0/8'] }), host);
      expect([response.status, response.body.toString()]).toEqual([200, 'ok']);
    },
  );

  it('refuses a name by what it resolves to and names host and address', async () => {
    const http = open({ resolve: async () => at('169.254.169.254') });
    const failure = get(http, 'metadata.example', '/token?secret=hunter2');
    await expect(failure).rejects.toMatchObject({
      code: 'address-refused',
      message: expect.stringMatching(/metadata\.example.*169\.254\.169\.254.*linkLocal/),
    });
    await expect(failure).rejects.not.toThrow(/hunter2/);
  });

  it('refuses the loopback of the system resolver', async () => {
    await expect(get(open(), 'localhost')).rejects.toMatchObject({ code: 'address-refused' });
    expect(requests).toEqual([]);
  });

  it('connects to the address it checked, resolving once a connection, so a rebinding name gains nothing', async () => {
    const answers = [at('127.0.0.1'), at('169.254.169.254'), at('10.0.0.1')];
    let asked = 0;
    const http = open({ allowed: ['127.0.0.1'], resolve: async () => answers[asked++]! });
    expect((await get(http, 'rebinding.example')).status).toBe(200);
    expect(asked).toBe(1);
    await expect(get(http, 'rebinding.example')).rejects.toThrow(/169\.254\.169\.254/);
    await expect(get(http, 'rebinding.example')).rejects.toThrow(/10\.0\.0\.1/);
    expect(requests).toHaveLength(1);
  });

  it('leaves refused addresses out where a name has allowed ones too', async () => {
    const http = open({
      allowed: ['127.0.0.1/32'],
      resolve: async () => at('10.255.255.1', '::1', '127.0.0.1'),
    });
    expect((await get(http, 'mixed.example')).status).toBe(200);
  });

  it('follows no redirect', async () => {
    const response = await get(open({ allowed: ['127.0.0.1'] }), '127.0.0.1', '/redirect');
    expect([response.status, response.headers['location']]).toEqual([302, 'http://169.254.169.254/']);
  });

  it.each(['file:///etc/passwd', 'ftp://example.org/', '/relative', 'http://user:hunter2@127.0.0.1/'])(
    'refuses the address %s without repeating a password',
    async (url) => {
      const failure = open().request({ method: 'GET', url });
      await expect(failure).rejects.toMatchObject({ code: 'invalid-input' });
      await expect(failure).rejects.not.toThrow(/hunter2/);
    },
  );
});

describe('Outbound HTTP is bounded', () => {
  const allowed = ['127.0.0.0/8'];

  it('reads no more than the limit', async () => {
    const http = open({ allowed, maxResponseBytes: 4_999 });
    await expect(get(http, '127.0.0.1', '/large')).rejects.toMatchObject({ code: 'too-large' });
    const wider = await open({ allowed, maxResponseBytes: 5_000 }).request({
      method: 'GET',
      url: `http://127.0.0.1:${port}/large`,
    });
    expect(wider.body).toHaveLength(5_000);
  });

  it('gives up on a server that never answers', async () => {
    const failure = get(open({ allowed, timeoutMs: 100 }), '127.0.0.1', '/silent');
    await expect(failure).rejects.toMatchObject({ name: 'OutboundFailure', kind: 'timeout' });
  });

  it('tells a cut answer, a closed port and an unknown name apart', async () => {
    await expect(get(open({ allowed }), '127.0.0.1', '/cut')).rejects.toMatchObject({ kind: 'broken' });
    const unknown = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const lost = open({ resolve: () => Promise.reject(unknown) });
    await expect(get(lost, 'nowhere.example')).rejects.toMatchObject({ kind: 'unresolved' });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const closedPort = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    const unreachable = open({ allowed }).request({ method: 'GET', url: `http://127.0.0.1:${closedPort}/` });
    await expect(unreachable).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('CAUSEWAY_ALLOWED_ADDRESSES', () => {
  it('takes commas, spaces and nothing at all', () => {
    expect(parseAllowedAddresses('127.0.0.0/8, ::1/128 hooks.corp')).toEqual([
      '127.0.0.0/8',
      '::1/128',
      'hooks.corp',
    ]);
    expect(parseAllowedAddresses(undefined)).toEqual([]);
    expect(parseAllowedAddresses(' ,')).toEqual([]);
  });
});
