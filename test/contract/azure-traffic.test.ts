import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { climbTraffic } from '../../functions/steps/switching/climb-traffic';
import { putBackTraffic } from '../../functions/steps/switching/put-back-traffic';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { AzureDnsSwitch } from '../../shared/adapters/arm/azure-dns-switch';
import { FrontDoorSwitch } from '../../shared/adapters/arm/front-door-switch';
import { TrafficProfileSwitch } from '../../shared/adapters/arm/traffic-profile-switch';
import { MigrationError } from '../../shared/contracts/errors';
import {
  Traffic,
  type AzureDnsTraffic,
  type FrontDoorTraffic,
  type TrafficManagerTraffic,
} from '../../shared/contracts/traffic';
import type { TrafficReading, TrafficSwitch } from '../../shared/ports/traffic-switch';
import { ArmStandIn } from '../support/arm/arm-stand-in';
import { AzureTraffic, GROUP, SUBSCRIPTION } from '../support/traffic/azure-traffic';
import { ladderWorld, type LadderWorld } from '../support/traffic/memory-switch';

const at = { subscriptionId: SUBSCRIPTION, resourceGroup: GROUP };
const dns = Traffic.parse({
  kind: 'azure-dns',
  ...at,
  zone: 'shop.example',
  name: '@',
  records: { type: 'A', source: ['10.0.0.6', '10.0.0.5'], target: ['203.0.113.9'] },
}) as AzureDnsTraffic;
const trafficManager = Traffic.parse({
  kind: 'traffic-manager',
  ...at,
  profile: 'shop',
  source: { type: 'externalEndpoints', name: 'onprem' },
  target: { type: 'azureEndpoints', name: 'azure' },
}) as TrafficManagerTraffic;
const frontDoor = Traffic.parse({
  kind: 'front-door',
  ...at,
  profile: 'shop',
  originGroup: 'web',
  source: 'onprem',
  target: 'azure',
}) as FrontDoorTraffic;

const arm = new ArmStandIn();
let azure: AzureTraffic;
let client: ArmClient;
beforeAll(() => arm.start());
afterAll(() => arm.stop());
beforeEach(() => {
  arm.extensions.length = 0;
  arm.requests.length = 0;
  azure = new AzureTraffic(arm);
  const token = { token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
  client = new ArmClient({ endpoint: arm.endpoint, credential: { getToken: async () => token } });
  const records = [{ ipv4Address: '10.0.0.5' }, { ipv4Address: '10.0.0.6' }];
  azure.putRecord('A/@', { TTL: 3_600, ARecords: records, metadata: { owner: 'network' } });
  azure.endpoints.set('externalEndpoints/onprem', {
    weight: 3,
    endpointStatus: 'Enabled',
    endpointMonitorStatus: 'Online',
  });
  azure.endpoints.set('azureEndpoints/azure', {
    weight: 7,
    endpointStatus: 'Disabled',
    endpointMonitorStatus: 'Disabled',
  });
  azure.origins.set('onprem', { weight: 50, priority: 1, enabledState: 'Enabled' });
  azure.origins.set('azure', { weight: 50, priority: 1, enabledState: 'Disabled' });
});

const switches = {
  'azure-dns': () => new AzureDnsSwitch(dns, client),
  'traffic-manager': () => new TrafficProfileSwitch(trafficManager, client),
  'front-door': () => new FrontDoorSwitch(frontDoor, client),
} satisfies Record<string, () => TrafficSwitch>;
const described = { 'azure-dns': dns, 'traffic-manager': trafficManager, 'front-door': frontDoor };
const kinds = Object.keys(switches) as (keyof typeof switches)[];

const lookAt = async (traffic: TrafficSwitch): Promise<TrafficReading> => {
  const look = await traffic.look();
  if (look.kind !== 'read') throw new Error(look.reason);
  return look.reading;
};

const state = (): string =>
  JSON.stringify([
    [...azure.records].map(([key, { properties }]) => [key, properties]),
    azure.profile,
    [...azure.endpoints],
    [...azure.origins],
  ]);

/** Asks again as an orchestration would, what was lost on the way included. */
const insist = async (
  world: LadderWorld,
  ask: () => Promise<{ kind: string; result?: { kind: string; retryAfterMs?: number } }>,
) => {
  for (let call = 0; call < 400; call += 1) {
    const answer = await ask().catch(() => null);
    if (answer !== null && (answer.kind !== 'stopped' || answer.result?.kind !== 'pending')) return answer;
    world.nowMs += answer?.result?.retryAfterMs ?? 1_000;
  }
  throw new Error('does not end');
};

describe.each(kinds)('%s', (kind) => {
  it('R135 R147 climbs to the target and gives back exactly what was, through lost answers, throttling and errors', async () => {
    const before = state();
    azure.looksUnderWay = 2;
    const world = ladderWorld(switches[kind]);
    const path = new RegExp(`/${GROUP}/`);
    arm.fail({ method: 'PATCH', path, times: 1, reply: 'cut-after' });
    arm.fail({ method: 'PATCH', path, times: 1, reply: 'cut-before' });
    arm.fail({ method: 'GET', path, times: 1, reply: { status: 429, headers: { 'retry-after': '0' } } });
    arm.fail({ method: 'PATCH', path, times: 1, reply: { status: 503, headers: { 'retry-after': '0' } } });
    const up = await insist(world, () => climbTraffic(world.context(), described[kind]));
    expect(up.kind).toBe('arrived');
    const reached = (await lookAt(switches[kind]())).weights;
    expect([reached.source, reached.target > 0]).toEqual([0, true]);
    expect(state()).not.toBe(before);
    const back = await insist(world, () => putBackTraffic(world.context()));
    expect(back.kind).toBe('back');
    expect(state()).toBe(before);
  });

  it('never writes over what somebody else has written since it was read', async () => {
    const traffic = switches[kind]();
    const reading = await lookAt(traffic);
    azure.putRecord('A/@', { TTL: 3_600, ARecords: [{ ipv4Address: '192.0.2.77' }] });
    azure.endpoints.set('azureEndpoints/azure', {
      weight: 9,
      endpointStatus: 'Enabled',
      endpointMonitorStatus: 'Online',
    });
    azure.origins.set('azure', { weight: 9, priority: 1, enabledState: 'Enabled' });
    const changed = state();
    const parts = traffic.partsFor(reading, { weights: { source: 0, target: 1_000 } });
    const part = 'target' in parts ? 'target' : 'record';
    const written = await traffic.write(part, parts[part] ?? null, reading.parts[part]?.version ?? '');
    expect(written).toEqual({ kind: 'changed' });
    expect(state()).toBe(changed);
  });

  it('finds out which rights are missing without a write, and tells what Azure refuses', async () => {
    const traffic: TrafficSwitch = switches[kind]();
    const reading = await lookAt(traffic);
    expect(await traffic.proveRights(reading)).toBeNull();
    azure.actions = ['*/read'];
    expect(await traffic.proveRights(reading)).toMatchObject({
      code: 'no-rights',
      reason: expect.stringMatching(/lacks Microsoft\..*\/write/),
    });
    expect(arm.requests.every(({ method }) => method === 'GET')).toBe(true);
    const forbidden = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'not you' } } };
    arm.fail({ method: 'GET', path: /./, times: 1, reply: forbidden });
    expect(await traffic.look()).toMatchObject({
      code: 'azure-refused',
      reason: expect.stringContaining('not you'),
    });
  });

  it('R9 tells that nobody is signed in to Azure, and how to', async () => {
    const nobody = new ArmClient({
      endpoint: arm.endpoint,
      credential: {
        getToken: async () => {
          throw new MigrationError('identity-unavailable', 'no identity: sign in with az login');
        },
      },
    });
    const made = {
      'azure-dns': new AzureDnsSwitch(dns, nobody),
      'traffic-manager': new TrafficProfileSwitch(trafficManager, nobody),
      'front-door': new FrontDoorSwitch(frontDoor, nobody),
    };
    expect(await made[kind].look()).toEqual({
      kind: 'refused',
      code: 'identity-unavailable',
      reason: 'no identity: sign in with az login',
    });
  });

  it('tells what is not there', async () => {
    azure.records.clear();
    azure.endpoints.clear();
    azure.origins.clear();
    expect(await switches[kind]().look()).toMatchObject({ kind: 'refused', code: 'traffic-not-found' });
  });
});

describe('what keeps weights from deciding', () => {
  it('is an alias record, another routing method, another endpoint or origin, or another priority', async () => {
    azure.putRecord('A/@', { TTL: 60, targetResource: { id: '/subscriptions/x/publicIPAddresses/ip' } });
    expect(await switches['azure-dns']().look()).toMatchObject({ code: 'alias-record' });
    azure.profile.trafficRoutingMethod = 'Performance';
    expect(await switches['traffic-manager']().look()).toMatchObject({ code: 'traffic-not-fit' });
    azure.profile.trafficRoutingMethod = 'Weighted';
    azure.endpoints.set('externalEndpoints/third', {
      weight: 1,
      endpointStatus: 'Enabled',
      endpointMonitorStatus: 'Online',
    });
    expect(await switches['traffic-manager']().look()).toMatchObject({
      reason: expect.stringContaining('third'),
    });
    azure.origins.set('azure', { weight: 50, priority: 2, enabledState: 'Disabled' });
    expect(await switches['front-door']().look()).toMatchObject({
      reason: expect.stringContaining('priority'),
    });
  });

  it('R148 a target that Traffic Manager itself finds degraded counts against it', async () => {
    azure.endpoints.set('azureEndpoints/azure', {
      weight: 9,
      endpointStatus: 'Enabled',
      endpointMonitorStatus: 'Degraded',
    });
    expect((await lookAt(switches['traffic-manager']())).problem).toContain('Degraded');
  });

  it('keeps the metadata of a record', async () => {
    const traffic = switches['azure-dns']();
    const reading = await lookAt(traffic);
    const value = traffic.partsFor(reading, { weights: { source: 0, target: 1 } })['record'] ?? null;
    expect(await traffic.write('record', value, reading.parts['record']?.version ?? '')).toEqual({
      kind: 'written',
    });
    expect(azure.records.get('A/@')?.properties).toEqual({
      TTL: 3_600,
      ARecords: [{ ipv4Address: '203.0.113.9' }],
      metadata: { owner: 'network' },
    });
  });
});
