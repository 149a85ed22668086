import { AppConfigurationClient } from '@azure/app-configuration';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppConfigurationSwitch } from '../../shared/adapters/app-configuration/app-configuration-switch';
import { MigrationError } from '../../shared/contracts/errors';
import { Traffic, type AppConfigurationTraffic } from '../../shared/contracts/traffic';
import type { TrafficReading } from '../../shared/ports/traffic-switch';
import { startAppConfiguration, type AppConfigurationStandIn } from '../support/traffic/app-configuration';

const described = Traffic.parse({
  kind: 'app-configuration',
  store: 'shop-settings',
  key: 'shop/base address',
  label: 'production',
  source: 'https://onprem.example/',
  target: 'https://azure.example/',
}) as AppConfigurationTraffic;
const NAME = 'shop/base address\nproduction';

let store: AppConfigurationStandIn;
let traffic: AppConfigurationSwitch;

const clientOf = (
  getToken: () => Promise<{ token: string; expiresOnTimestamp: number }>,
): AppConfigurationClient =>
  new AppConfigurationClient(
    store.url,
    { getToken },
    { tlsOptions: { ca: store.certificate }, retryOptions: { maxRetries: 0 } },
  );

beforeEach(async () => {
  store = await startAppConfiguration();
  store.put(NAME, described.source, { contentType: 'text/plain', tags: { owner: 'shop' } });
  const token = { token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
  traffic = new AppConfigurationSwitch(
    described,
    clientOf(async () => token),
  );
});
afterEach(() => store.close());

const look = async (): Promise<TrafficReading> => {
  const looked = await traffic.look();
  if (looked.kind !== 'read') throw new Error(looked.reason);
  return looked.reading;
};

const switchTo = async (side: 'source' | 'target') => {
  const reading = await look();
  const weights = side === 'target' ? { source: 0, target: 1 } : { source: 1, target: 0 };
  const value = traffic.partsFor(reading, { weights })['key'] ?? null;
  return { reading, written: await traffic.write('key', value, reading.parts['key']?.version ?? '') };
};

describe('a key in App Configuration', () => {
  it('R135 R147 is switched and restored exactly, and each write is seen by the next look', async () => {
    const { reading: before, written } = await switchTo('target');
    expect(before).toMatchObject({ weights: { source: 1, target: 0 }, ttlSeconds: null, settled: true });
    expect(written).toEqual({ kind: 'written' });
    const after = await look();
    expect(after.weights).toEqual({ source: 0, target: 1 });
    expect(store.settings.get(NAME)).toMatchObject({
      value: described.target,
      contentType: 'text/plain',
      tags: { owner: 'shop' },
    });
    await traffic.write('key', before.parts['key']?.value ?? null, after.parts['key']?.version ?? '');
    expect((await look()).parts['key']?.value).toEqual(before.parts['key']?.value);
  });

  it('is not written over where somebody else has changed it', async () => {
    const reading = await look();
    store.put(NAME, 'https://other.example/?secret=1');
    const value = traffic.partsFor(reading, { weights: { source: 0, target: 1 } })['key'] ?? null;
    expect(await traffic.write('key', value, reading.parts['key']?.version ?? '')).toEqual({
      kind: 'changed',
    });
    const now = await look();
    expect(now.weights).toEqual({ source: 0, target: 0 });
    expect(now.summary).not.toContain('secret');
  });

  it('says before the window that it is locked, that the role is missing, or that there is none', async () => {
    expect(await traffic.proveRights(await look())).toBeNull();
    expect(store.settings.get(NAME)?.value).toBe(described.source);
    store.put(NAME, described.source, { locked: true });
    expect(await traffic.proveRights(await look())).toMatchObject({ code: 'traffic-locked' });
    const reading = await look();
    store.instead.push(403);
    expect(await traffic.proveRights(reading)).toMatchObject({
      code: 'no-rights',
      reason: expect.stringContaining('Data Owner'),
    });
    store.settings.clear();
    expect(await traffic.look()).toMatchObject({
      code: 'traffic-not-found',
      reason: expect.stringContaining('label production'),
    });
  });

  it('throws what may pass; a write whose answer was lost shows at the next look', async () => {
    store.instead.push(503);
    await expect(traffic.look()).rejects.toThrow();
    const reading = await look();
    const value = traffic.partsFor(reading, { weights: { source: 0, target: 1 } })['key'] ?? null;
    store.instead.push('cut-after');
    await expect(traffic.write('key', value, reading.parts['key']?.version ?? '')).rejects.toThrow();
    expect(store.settings.get(NAME)?.value).toBe(described.target);
  });

  it('R9 tells that nobody is signed in to Azure', async () => {
    const nobody = clientOf(async () => {
      throw new MigrationError('identity-unavailable', 'no identity: sign in with az login');
    });
    expect(await new AppConfigurationSwitch(described, nobody).look()).toMatchObject({
      kind: 'refused',
      code: 'identity-unavailable',
    });
  });
});
