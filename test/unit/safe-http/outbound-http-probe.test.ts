import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutboundHttpProbe } from '../../../shared/adapters/safe-http/outbound-http-probe';
import { createOutboundHttp } from '../../../shared/adapters/safe-http/outbound-http';
import { AcceptanceCheck } from '../../../shared/contracts/workload';

const outbound = createOutboundHttp({ allowed: ['127.0.0.0/8'] });
const probe = new OutboundHttpProbe(outbound);
let server: Server;
let base: string;
let inFlight = 0;
let mostInFlight = 0;

const check = (path: string, changes: object = {}) =>
  AcceptanceCheck.parse({ name: path, url: `${base}${path}`, ...changes });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  server = createServer((request, response) => {
    mostInFlight = Math.max(mostInFlight, (inFlight += 1));
    response.on('close', () => (inFlight -= 1));
    if (request.url === '/late') setTimeout(() => response.end('late'), 1_100);
    else if (request.url === '/broken') response.writeHead(500).end();
    else if (request.url !== '/silent') setImmediate(() => response.end('ok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await outbound.close();
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
});

describe('R106 an acceptance check', () => {
  it('passes on the status and body it expects', async () => {
    const result = await probe.run(check('/', { expectBodySha256: sha256('ok') }));
    expect(result).toMatchObject({ ok: true, status: 200, problem: null, detail: '' });
  });

  it.each([
    ['wrong-status', '/broken', {}, 500],
    ['wrong-body', '/', { expectBodySha256: sha256('other') }, 200],
    ['slow', '/late', { maxDurationMs: 1_000 }, 200],
    ['timeout', '/silent', { maxDurationMs: 50 }, null],
  ])('fails as %s', async (problem, path, changes, status) => {
    const result = await probe.run(check(path, changes));
    expect(result).toMatchObject({ ok: false, problem, status, detail: expect.stringMatching(/./) });
  });

  it('fails where nobody listens and where nobody may be asked', async () => {
    const nobody = AcceptanceCheck.parse({ name: 'nobody', url: 'http://127.0.0.1:1/' });
    const metadata = AcceptanceCheck.parse({ name: 'metadata', url: 'http://169.254.169.254/' });
    expect(await probe.run(nobody)).toMatchObject({ ok: false, problem: 'unreachable', status: null });
    expect(await probe.run(metadata)).toMatchObject({ ok: false, problem: 'address-refused', status: null });
  });
});

describe('R143 a sample', () => {
  it('runs every check once, in order, four at a time', async () => {
    mostInFlight = 0;
    const paths = ['/1', '/broken', '/3', '/4', '/5', '/6', '/7', '/8', '/9'];
    const results = await probe.sample(paths.map((path) => check(path)));
    expect(results.map(({ name, ok }) => [name, ok])).toEqual(
      paths.map((path) => [path, path !== '/broken']),
    );
    expect(mostInFlight).toBeLessThanOrEqual(4);
  });
});
