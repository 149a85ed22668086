import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { DnsUpdateSwitch } from '../../shared/adapters/dns-update/dns-update-switch';
import { MigrationError } from '../../shared/contracts/errors';
import { DnsUpdateTraffic } from '../../shared/contracts/traffic';
import type { TrafficReading } from '../../shared/ports/traffic-switch';
import {
  bindMissing,
  KEY_NAME,
  KEY_SECRET,
  READER_KEY_NAME,
  startBind9,
  ZONE,
  type Bind9,
} from '../support/traffic/bind9';

const secrets = {
  read: async (name: string): Promise<string> => {
    const known: Record<string, string> = {
      'dns-key': KEY_SECRET,
      'other-key': Buffer.alloc(32, 9).toString('base64'),
    };
    const value = known[name];
    if (value === undefined) throw new MigrationError('secret-missing', `No secret ${name}`);
    return value;
  },
};

const A = { type: 'A', source: ['10.0.0.5', '10.0.0.6'], target: ['203.0.113.9'] } as const;

const trafficOf = (port: number, more: object = {}): DnsUpdateTraffic =>
  DnsUpdateTraffic.parse({
    kind: 'dns-update',
    server: '127.0.0.1',
    port,
    key: { name: KEY_NAME, secret: 'dns-key' },
    zone: ZONE,
    name: 'shop',
    records: A,
    ...more,
  });

const switchOf = (traffic: DnsUpdateTraffic, clock = { now: () => new Date() }, allowed = true) =>
  new DnsUpdateSwitch(traffic, {
    secrets,
    clock,
    refusal: () => (allowed ? null : 'in the range loopback'),
    timeoutMs: 3_000,
  });

const lookAt = async (traffic: DnsUpdateSwitch): Promise<TrafficReading> => {
  const look = await traffic.look();
  if (look.kind !== 'read') throw new Error(look.reason);
  return look.reading;
};

const version = (reading: TrafficReading): string => reading.parts['record']?.version ?? '';

const write = (
  traffic: DnsUpdateSwitch,
  reading: TrafficReading,
  goal: Parameters<DnsUpdateSwitch['partsFor']>[1],
) => traffic.write('record', traffic.partsFor(reading, goal)['record'] ?? null, version(reading));

const described = bindMissing === null ? describe : describe.skip;
if (bindMissing !== null) process.stderr.write(`Left out: DNS UPDATE against BIND 9, since ${bindMissing}\n`);

described('DNS UPDATE against a real BIND 9', () => {
  let bind: Bind9;
  beforeAll(async () => {
    bind = await startBind9();
  });
  afterAll(() => bind?.stop());

  it('R135 R147 reads, lowers the TTL, switches, and restores exactly what was there', async () => {
    const traffic = switchOf(trafficOf(bind.port));
    const before = await lookAt(traffic);
    expect(before).toMatchObject({ weights: { source: 1, target: 0 }, ttlSeconds: 300, settled: true });
    expect(await write(traffic, before, { ttlSeconds: 5 })).toEqual({ kind: 'written' });
    expect(await bind.dig(`shop.${ZONE}`)).toEqual({ ttl: 5, values: ['10.0.0.5', '10.0.0.6'] });
    const lowered = await lookAt(traffic);
    await write(traffic, lowered, { weights: { source: 0, target: 1_000 } });
    expect(await bind.dig(`shop.${ZONE}`)).toEqual({ ttl: 5, values: ['203.0.113.9'] });
    const switched = await lookAt(traffic);
    expect(switched.weights).toEqual({ source: 0, target: 1 });
    await traffic.write('record', before.parts['record']?.value ?? null, version(switched));
    expect(await bind.dig(`shop.${ZONE}`)).toEqual({ ttl: 300, values: ['10.0.0.5', '10.0.0.6'] });
    expect((await lookAt(traffic)).parts['record']?.value).toEqual(before.parts['record']?.value);
  });

  it('does not write over what somebody else has written since it was read', async () => {
    const traffic = switchOf(trafficOf(bind.port));
    const before = await lookAt(traffic);
    bind.nsupdate([`update add shop.${ZONE} 300 A 192.0.2.77`]);
    expect(await write(traffic, before, { weights: { source: 0, target: 1 } })).toEqual({ kind: 'changed' });
    expect((await bind.dig(`shop.${ZONE}`)).values).toContain('192.0.2.77');
    expect((await lookAt(traffic)).weights).toEqual({ source: 0, target: 0 });
    bind.nsupdate([`update delete shop.${ZONE} A 192.0.2.77`]);
    bind.nsupdate([`update delete shop.${ZONE} A`]);
    expect(await write(traffic, before, { weights: { source: 0, target: 1 } })).toEqual({ kind: 'changed' });
    bind.nsupdate(A.source.map((value) => `update add shop.${ZONE} 300 A ${value}`));
    expect((await lookAt(traffic)).weights).toEqual({ source: 1, target: 0 });
  });

  it('switches a CNAME, and a set of records too large for UDP over TCP', async () => {
    const www = switchOf(
      trafficOf(bind.port, {
        name: 'www',
        records: { type: 'CNAME', source: [`shop-onprem.${ZONE}`], target: ['shop.azurefd.example'] },
      }),
    );
    await write(www, await lookAt(www), { weights: { source: 0, target: 1 } });
    expect(await bind.dig(`www.${ZONE}`, 'CNAME')).toEqual({ ttl: 3_600, values: ['shop.azurefd.example.'] });
    const many = Array.from({ length: 20 }, (_, index) => `2001:db8:0:${(index + 1).toString(10)}::1`);
    const large = switchOf(
      trafficOf(bind.port, {
        name: 'many',
        records: { type: 'AAAA', source: many, target: ['2001:0DB8::0001'] },
      }),
    );
    const before = await lookAt(large);
    expect(before.weights).toEqual({ source: 1, target: 0 });
    await write(large, before, { weights: { source: 0, target: 1 } });
    expect((await bind.dig(`many.${ZONE}`, 'AAAA')).values).toEqual(['2001:db8::1']);
  });

  it('finds out before the window whether the key may change the record, and changes nothing by that', async () => {
    const traffic = switchOf(trafficOf(bind.port));
    const before = await bind.dig(`shop.${ZONE}`);
    expect(await traffic.proveRights(await lookAt(traffic))).toBeNull();
    expect(await bind.dig(`shop.${ZONE}`)).toEqual(before);
    const reader = switchOf(trafficOf(bind.port, { key: { name: READER_KEY_NAME, secret: 'dns-key' } }));
    expect(await reader.proveRights(await lookAt(reader))).toMatchObject({
      kind: 'refused',
      code: 'dns-refused',
      reason: expect.stringContaining('update-policy'),
    });
  });

  it.each([
    ['a wrong secret', { key: { name: KEY_NAME, secret: 'other-key' } }, 'dns-signature', 'BADSIG'],
    ['an unknown key', { key: { name: 'nobodys-key', secret: 'dns-key' } }, 'dns-signature', 'BADKEY'],
    ['a missing secret', { key: { name: KEY_NAME, secret: 'no-key' } }, 'secret-missing', 'No secret no-key'],
    ['a zone it does not serve', { zone: 'other.example' }, 'dns-refused', 'REFUSED'],
  ])('names what is wrong with %s', async (_what, more, code, words) => {
    const look = await switchOf(trafficOf(bind.port, more)).look();
    expect(look).toMatchObject({ kind: 'refused', code, reason: expect.stringContaining(words) });
  });

  it('names clocks that differ, and an address it may not connect to', async () => {
    const late = { now: () => new Date(Date.now() - 3_600_000) };
    expect(await switchOf(trafficOf(bind.port), late).look()).toMatchObject({
      code: 'dns-signature',
      reason: expect.stringContaining('BADTIME'),
    });
    expect(await switchOf(trafficOf(bind.port), undefined, false).look()).toMatchObject({
      code: 'address-refused',
      reason: expect.stringContaining('CAUSEWAY_ALLOWED_ADDRESSES'),
    });
  });

  it('reads a name without the record as neither side', async () => {
    const none = switchOf(trafficOf(bind.port, { name: 'nothing' }));
    expect(await lookAt(none)).toMatchObject({
      weights: { source: 0, target: 0 },
      summary: `nothing.${ZONE} A: none`,
    });
  });
});

describe('a DNS server that cannot be trusted or reached', () => {
  const withServer = async (
    answer: (request: Buffer) => Buffer | null,
    use: (port: number) => Promise<void>,
  ) => {
    const server = createSocket('udp4');
    server.on('message', (request, { port, address }) => {
      const reply = answer(request);
      if (reply) server.send(reply, port, address);
    });
    await new Promise<void>((listening) => server.bind(0, '127.0.0.1', listening));
    try {
      await use(server.address().port);
    } finally {
      server.close();
    }
  };

  it('believes no reply that is not signed', () =>
    withServer(
      (request) => {
        const reply = Buffer.from(request.subarray(0, 12));
        reply.writeUInt16BE(0x8400, 2);
        for (const count of [4, 6, 8, 10]) reply.writeUInt16BE(0, count);
        return reply;
      },
      async (port) => {
        expect(await switchOf(trafficOf(port)).look()).toMatchObject({
          code: 'dns-signature',
          reason: expect.stringContaining('not signed'),
        });
      },
    ));

  it('believes no reply that gives its own request back', () =>
    withServer(
      (request) => request,
      async (port) => {
        expect(await switchOf(trafficOf(port)).look()).toMatchObject({ code: 'dns-signature' });
      },
    ));

  it('throws where no answer comes, so that it is tried again', () =>
    withServer(
      () => null,
      async (port) => {
        const traffic = new DnsUpdateSwitch(trafficOf(port), {
          secrets,
          clock: { now: () => new Date() },
          refusal: () => null,
          timeoutMs: 100,
        });
        await expect(traffic.look()).rejects.toThrow('did not answer within 100 ms');
      },
    ));
});
