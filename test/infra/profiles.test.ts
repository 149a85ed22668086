import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { INFRA, readJson, readTemplates } from './bicep/read-infra';
import { propertiesOf, propertyOf, type Template } from './bicep/template';

interface Profile {
  readonly zoneRedundant: boolean;
  readonly privateNetworking: boolean;
  readonly cosmosCapacity: 'serverless' | 'autoscale';
  readonly cosmosMaxThroughput: number;
  readonly serviceBusSku: 'Standard' | 'Premium';
  readonly schedulerSku: 'Consumption' | 'Dedicated';
  readonly schedulerCapacity: number;
  readonly historyRetentionDays: number;
  readonly storageSku: string;
  readonly anchorImmutabilityDays: number;
  readonly appConfigurationSku: string;
  readonly purgeProtection: boolean;
  readonly maximumInstanceCount: number;
  readonly [name: string]: unknown;
}
const profiles = readJson('profiles.json') as Record<'dev' | 'production', Profile>;
const sizes = Object.entries(profiles);

describe('R89 R90 the sizes of dev and production', () => {
  let templates: ReadonlyMap<string, Template>;
  beforeAll(async () => {
    templates = await readTemplates();
  });

  it('have the same fields, and a template reads each', () => {
    expect(Object.keys(profiles.dev)).toEqual(Object.keys(profiles.production));
    const text = [...templates.values()].map(({ root }) => root.text).join('\n');
    const read = new Set([...text.matchAll(/\bsize\.(\w+)/g)].map(([, name]) => name));
    expect([...read].sort()).toEqual(Object.keys(profiles.dev).sort());
  });

  it('close the network in production, and survive a zone', () => {
    expect(profiles.production).toMatchObject({
      privateNetworking: true,
      zoneRedundant: true,
      purgeProtection: true,
      schedulerCapacity: 3,
    });
    expect(profiles.production.anchorImmutabilityDays).toBeGreaterThanOrEqual(90);
  });

  it.each(sizes)('fit together: %s', (_name, size) => {
    if (size.privateNetworking) {
      expect(size.serviceBusSku).toBe('Premium');
      expect(size.appConfigurationSku).not.toBe('developer');
    }
    if (size.zoneRedundant) expect(size.storageSku).toMatch(/ZRS$/);
    expect(size.cosmosMaxThroughput % 1000).toBe(0);
    expect(size.cosmosMaxThroughput > 0).toBe(size.cosmosCapacity === 'autoscale');
    expect(size.schedulerCapacity > 0).toBe(size.schedulerSku === 'Dedicated');
    expect(size.historyRetentionDays).toBeLessThanOrEqual(size.schedulerSku === 'Dedicated' ? 90 : 30);
    expect(size.maximumInstanceCount).toBeGreaterThanOrEqual(40);
    expect(size.maximumInstanceCount).toBeLessThanOrEqual(1000);
  });

  it.each(sizes)('are SKUs that the modules allow: %s', (_name, size) => {
    const platform = templates.get('platform.bicep')!;
    const checked = platform.modules.flatMap(({ path, body }) =>
      propertiesOf(propertyOf(body, 'params')!).flatMap(({ key, value }) => {
        const field = /^size\.(\w+)$/.exec(value.text)?.[1];
        const allowed = templates.get(path)!.parameters.find(({ name }) => name === key)?.allowed;
        return field === undefined || allowed == null ? [] : [{ field, value: size[field], allowed }];
      }),
    );
    expect(checked.map(({ field }) => field).sort()).toEqual([
      'appConfigurationSku',
      'cosmosBackupTier',
      'cosmosCapacity',
      'schedulerSku',
      'serviceBusSku',
    ]);
    for (const { field, value, allowed } of checked)
      expect({ field, isAllowed: allowed.includes(String(value)) }).toEqual({ field, isAllowed: true });
  });

  it('reach the templates through parameters that exist, all of which azd can set', () => {
    const given = Object.keys((readJson('main.parameters.json') as { parameters: object }).parameters);
    expect(given.sort()).toEqual(
      templates
        .get('main.bicep')!
        .parameters.map(({ name }) => name)
        .sort(),
    );
  });

  it('give every private endpoint only where the network is closed', () => {
    const platform = templates.get('platform.bicep')!.root.text;
    for (const module of ['network', 'privateEndpoints'])
      expect(platform).toMatch(new RegExp(`module ${module} '[^']+' = if \\(privateOnly\\)`));
  });

  it('open no public address of a service where the network is closed, and admit callers by list alone', () => {
    const services = ['storage', 'cosmos', 'service-bus', 'key-vault', 'app-configuration'];
    for (const service of services)
      expect(templates.get(`modules/${service}.bicep`)!.root.text).toContain(
        `publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'`,
      );
    expect(templates.get('application.bicep')!.root.text).toContain('denyByDefault: size.privateNetworking');
    const app = templates.get('modules/function-app.bicep')!.root.text;
    expect(app).toContain(`ipSecurityRestrictionsDefaultAction: denyByDefault ? 'Deny' : 'Allow'`);
    expect(app).toContain('scmIpSecurityRestrictionsUseMain: true');
  });

  it('tell the workspace what happens to every service', () => {
    const silent = [...templates.values()]
      .filter(({ file }) => file.startsWith('modules/'))
      .filter(({ root }) => root.text.includes('param workspaceId string'))
      .filter(
        ({ resources }) =>
          !resources.some(({ type }) =>
            /Insights\/(diagnosticSettings|scheduledQueryRules|workbooks)@/.test(type),
          ),
      );
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  it('are explained in the README', () => {
    const readme = readFileSync(join(INFRA, 'README.md'), 'utf8');
    expect(readme).toMatch(/RPO/);
    expect(readme).toMatch(/RTO/);
    expect(readme).toMatch(/only a subscription can prove/i);
  });
});
