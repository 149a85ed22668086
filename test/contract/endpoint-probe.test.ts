import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { endpointProblems } from '../../functions/activities/look-at-endpoints';
import { endpointProbe } from '../../functions/endpoint-probe';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { GuardedEndpointProbe } from '../../shared/adapters/safe-http/guarded-endpoint-probe';
import { createOutboundHttp } from '../../shared/adapters/safe-http/outbound-http';
import { Endpoint } from '../../shared/contracts/endpoint';
import { armError, ArmStandIn } from '../support/arm/arm-stand-in';
import { selfSignedCertificate } from '../support/self-signed-certificate';

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
const MACHINE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/jump`;
const LOOPBACK = '127.0.0.0/8';

const endpoint = (more: Record<string, unknown>): Endpoint => Endpoint.parse({ id: 'it', ...more });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

describe('R94 endpoints, from where Causeway runs', () => {
  let connections = 0;
  const tcp = createTcpServer((socket) => {
    connections += 1;
    socket.end();
  });
  const certificate = selfSignedCertificate();
  const tls = createServer(certificate, (_request, response) => response.writeHead(503).end());
  const open = (allowed: readonly string[], resolved?: string) => {
    const resolve = resolved === undefined ? {} : { resolve: async () => [{ address: resolved, family: 4 }] };
    const options = { allowed, timeoutMs: 5_000, ...resolve };
    const http = createOutboundHttp(options);
    return { probe: new GuardedEndpointProbe({ ...options, http }), http };
  };
  const look = async (of: ReturnType<typeof open>, more: Record<string, unknown>): Promise<string> =>
    (await endpointProblems(of.probe, [endpoint(more)]).finally(() => of.http.close())).join();

  beforeAll(() => Promise.all([listening(tcp), listening(tls)]));
  afterAll(() => {
    tcp.close();
    tls.close();
  });
  beforeEach(() => {
    connections = 0;
  });

  it('opens a connection, and says where none can be opened', async () => {
    expect(await look(open([LOOPBACK]), { host: 'localhost', protocol: 'tcp', port: portOf(tcp) })).toBe('');
    expect(connections).toBe(1);
    const closed = createTcpServer();
    await listening(closed);
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const problem = await look(open([LOOPBACK]), { host: '127.0.0.1', protocol: 'tcp', port });
    expect(problem).toBe(`endpoint it, 127.0.0.1:${port}: No connection to 127.0.0.1:${port} (ECONNREFUSED)`);
  });

  it.each(['127.0.0.1', 'localhost', '127.1', '0x7f.1', '2130706433', '0177.0.0.1'])(
    'never connects to %s unless that is allowed',
    async (host) => {
      for (const protocol of ['tcp', 'https'])
        expect(await look(open([]), { host, protocol, port: portOf(tcp) })).toContain('must not be called');
      expect(connections).toBe(0);
    },
  );

  it('connects to the address that was checked: a name that resolves anew gains nothing', async () => {
    const answers = ['20.1.2.3', '127.0.0.1'];
    const resolve = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
    const http = createOutboundHttp({ allowed: [], resolve });
    const probe = new GuardedEndpointProbe({ allowed: [], http, resolve, timeoutMs: 1_000 });
    const one = endpoint({ host: 'rebinding.example', protocol: 'tcp', port: portOf(tcp) });
    const { problem } = await probe.look(one);
    await http.close();
    expect(problem).toContain('127.0.0.1 is in the range loopback');
    expect(connections).toBe(0);
  });

  it('takes TLS that nobody trusts for a problem, and any answer for reached', async () => {
    const more = { host: 'localhost', protocol: 'https', port: portOf(tls) };
    expect(await look(open([LOOPBACK]), more)).toContain('No trusted TLS connection to localhost');
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, certificate.cert]);
    const reached = await look(open([LOOPBACK]), more);
    setDefaultCACertificates(trusted);
    expect(reached).toBe('');
  });

  it.each([
    ['10.0.0.5', ['private'], ''],
    ['10.0.0.5', ['10.0.0.0/24'], ''],
    ['20.50.2.9', ['20.50.2.9'], ''],
    ['10.0.1.5', ['10.0.0.0/24'], '10.0.1.5, which is not within 10.0.0.0/24'],
    ['20.50.2.9', ['private'], 'resolves to 20.50.2.9, which is not within private'],
  ])('a name found at %s and expected in %s: %s', async (found, expected, problem) => {
    const words = await look(open([], found), { host: 'files.example', protocol: 'dns', expected });
    expect(words).toContain(problem);
    expect(words === '').toBe(problem === '');
  });

  it('says that a name does not resolve', async () => {
    const words = await look(open([]), { host: 'nowhere.invalid', protocol: 'dns' });
    expect(words).toContain('No address found for nowhere.invalid');
  });
});

describe('R94 endpoints, from a machine in the network of the customer', () => {
  const arm = new ArmStandIn();
  const http = createOutboundHttp({ allowed: [] });
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  beforeAll(() => arm.start());
  afterEach(() => {
    arm.networkWatchers.length = 0;
    arm.reach.clear();
  });
  afterAll(async () => {
    await http.close();
    await arm.stop();
  });
  const look = async (more: Record<string, unknown> = {}): Promise<string> => {
    const probe = endpointProbe('', http, new ArmClient({ endpoint: arm.endpoint, credential }));
    const one = endpoint({ host: 'db.shop', protocol: 'tcp', port: 5432, from: MACHINE, ...more });
    return (await endpointProblems(probe, [one])).join();
  };
  const addMachine = (): void =>
    arm.addResource({
      id: MACHINE,
      name: 'jump',
      type: 'Microsoft.Compute/virtualMachines',
      apiVersion: '2024-07-01',
      location: 'West Europe',
      properties: {},
    });

  it('says what is missing where it cannot be looked at', async () => {
    expect(await look()).toContain('cannot be looked at from jump: Resource Manager: ResourceNotFound');
    addMachine();
    expect(await look()).toContain('no Network Watcher in West Europe: enable it there');
    arm.networkWatchers.push('northeurope', 'westeurope');
    const refusal = armError(403, 'AuthorizationFailed', 'no');
    arm.fail({ method: 'POST', path: /connectivityCheck/i, times: 1, reply: refusal });
    expect(await look()).toContain('networkWatchers/connectivityCheck/action');
  });

  it('has the Network Watcher of the region try, and follows it to the end', async () => {
    addMachine();
    arm.networkWatchers.push('northeurope', 'westeurope');
    arm.reach.set('db.shop:5432', { connectionStatus: 'Connected', address: '10.2.0.4' });
    expect(await look({ expected: ['10.2.0.0/16'] })).toBe('');
    expect(await look({ expected: ['10.3.0.0/16'] })).toContain('resolves to 10.2.0.4');
    const asked = arm.requests.filter(({ path }) => /connectivityCheck$/.test(path)).at(-1);
    expect(asked?.path).toContain('NetworkWatcher_westeurope');
    expect(asked?.body).toMatchObject({
      source: { resourceId: MACHINE },
      destination: { address: 'db.shop', port: 5432 },
    });
    arm.reach.set('db.shop:5432', { connectionStatus: 'Connected', address: null });
    expect(await look({ expected: ['private'] })).toContain('where it is could not be seen');
    expect(await look()).toBe('');
    const issue = 'NetworkSecurityRule';
    arm.reach.set('db.shop:5432', { connectionStatus: 'Disconnected', address: null, issue });
    expect(await look()).toBe(
      'endpoint it, db.shop:5432: is Disconnected (30 of 30 tries failed): NetworkSecurityRule',
    );
  });

  it('finds the result in the status of the operation as well, and says where there is none', async () => {
    addMachine();
    arm.networkWatchers.push('westeurope');
    const status = `/subscriptions/${SUBSCRIPTION}/operations/check`;
    const follow = (body: unknown): void => {
      const headers = { 'azure-asyncoperation': `${arm.endpoint}${status}`, 'retry-after': '0' };
      arm.fail({ method: 'POST', path: /connectivityCheck/i, times: 1, reply: { status: 202, headers } });
      arm.fail({ method: 'GET', path: /operations\/check/, times: 1, reply: { status: 200, body } });
    };
    follow({ status: 'Succeeded', properties: { connectionStatus: 'Unreachable' } });
    expect(await look()).toBe('endpoint it, db.shop:5432: is Unreachable');
    follow({ status: 'Succeeded' });
    expect(await look()).toContain('answered without a result');
  });
});

describe('R94 many endpoints', () => {
  it('are looked at for a limited time, and those left over are told', async () => {
    const probe = { look: () => Promise.resolve({ addresses: [], problem: null }) };
    const many = ['a', 'b', 'c'].map((id) => endpoint({ id, host: 'db.shop', protocol: 'tcp' }));
    expect(await endpointProblems(probe, many)).toEqual([]);
    expect(await endpointProblems(probe, many, { parallel: 2, longestMs: 0 })).toEqual([
      'endpoint c, db.shop:443: was not looked at, those before took too long',
    ]);
  });
});
