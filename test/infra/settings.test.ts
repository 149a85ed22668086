import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../functions/settings';
import { evaluate } from './bicep/evaluate';
import { INFRA, readTemplates } from './bicep/read-infra';
import { propertiesOf, propertyOf, type Template } from './bicep/template';

const ROOT = join(INFRA, '..');
const TENANT = '11111111-1111-4111-8111-111111111111';
const CLIENT = '22222222-2222-4222-8222-222222222222';

/** What the modules would hand over, by the text that stands in application.bicep. */
const OUTPUTS: readonly (readonly [string, string])[] = [
  ['identity.outputs.clientId', '33333333-3333-4333-8333-333333333333'],
  ['tenantId', TENANT],
  ['hostBlobEndpoint', 'https://sthost.blob.core.windows.net/'],
  ['hostTableEndpoint', 'https://sthost.table.core.windows.net/'],
  ['dataBlobEndpoint', 'https://stdata.blob.core.windows.net/'],
  ['cosmosEndpoint', 'https://cosmos.documents.azure.com:443/'],
  ['serviceBusHostName', 'sb.servicebus.windows.net'],
  ['keyVaultUri', 'https://kv.vault.azure.net/'],
  ['schedulerEndpoint', 'https://dts.westeurope.durabletask.io'],
  ['containers.backup', 'causeway-backups'],
];
const MINIMAL = { teamsWebhookSecret: '', targetBlobEndpoint: '', entraClientId: '', privateHookRanges: '' };
const FULL = {
  teamsWebhookSecret: 'teams-webhook',
  targetBlobEndpoint: 'https://target.blob.core.windows.net/',
  entraClientId: CLIENT,
  privateHookRanges: '10.1.0.0/16,10.2.0.0/16',
};

/** What only the Functions runtime reads, and why it is there. */
const RUNTIME = new Set([
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
  'COSMOS__credential',
  'COSMOS__clientId',
  'ServiceBus__credential',
  'ServiceBus__clientId',
  'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
]);

/** Refused on Flex Consumption, or a way back to keys. */
const NOT_TO_SET =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_|SCM_DO_BUILD|ENABLE_ORYX|TZ$|AzureWebJobsStorage$|COSMOS$|ServiceBus$)/;

const sourcesOf = (folder: string): string =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'))
    .join('\n');

describe('R116 the settings the templates give the app', () => {
  let application: Template;
  let functionApp: Template;
  let ofTheApp: string[];
  beforeAll(async () => {
    const templates = await readTemplates();
    application = templates.get('application.bicep')!;
    functionApp = templates.get('modules/function-app.bicep')!;
    ofTheApp = [...functionApp.root.text.matchAll(/^\s+([A-Z]+_[A-Z_]+):/gm)].map(([, name]) => name!);
  });

  const settingsWith = (parameters: Readonly<Record<string, string>>): Record<string, string> => {
    const settings = application.variables.find(({ name }) => name === 'appSettings')!.value;
    const values = new Map([...OUTPUTS, ...Object.entries(parameters)]);
    return Object.fromEntries(
      propertiesOf(settings).map(({ key, value }) => [key!, evaluate(value, application, values)]),
    );
  };
  const names = (): string[] => [...Object.keys(settingsWith(FULL)), ...ofTheApp];

  it.each([
    ['as few as possible', MINIMAL],
    ['all of them', FULL],
  ])('are what the application needs to start in Azure: %s', (_what, parameters) => {
    const settings = readSettings({ ...settingsWith(parameters), WEBSITE_SITE_NAME: 'func-causeway' });
    expect(settings.home).toBe('azure');
    expect(settings.allowedAddresses).toBe(parameters.privateHookRanges);
    expect(settings.azure).toMatchObject({
      cosmos: { kind: 'identity' },
      serviceBus: { kind: 'identity', endpoint: 'sb.servicebus.windows.net' },
      storage: { kind: 'identity' },
      target: { kind: 'identity' },
      inAzure: true,
    });
  });

  it.each([
    'COSMOS__accountEndpoint',
    'ServiceBus__fullyQualifiedNamespace',
    'CAUSEWAY_STORAGE__blobServiceUri',
    'CAUSEWAY_KEY_VAULT_URL',
  ])('include %s, without which the application refuses to start', (name) => {
    const { [name]: _removed, ...rest } = settingsWith(MINIMAL);
    expect(() => readSettings({ ...rest, WEBSITE_SITE_NAME: 'func-causeway' })).toThrow(name);
  });

  it('are the same for a second app, but that it answers requests only', () => {
    const given = (symbol: string): string | undefined => {
      const call = application.modules.find((module) => module.symbol === symbol)!;
      return propertyOf(propertyOf(call.body, 'params')!, 'settings')?.text;
    };
    expect(given('functionApp')).toBe('appSettings');
    expect(given('secondFunctionApp')).toBe("union(appSettings, { CAUSEWAY_SERVES: 'http' })");
    const settings = { ...settingsWith(MINIMAL), WEBSITE_SITE_NAME: 'func-causeway' };
    expect(readSettings(settings).serves).toBe('everything');
    expect(readSettings({ ...settings, CAUSEWAY_SERVES: 'http' }).serves).toBe('http');
  });

  it('tell people its address with https, whoever chose it', () => {
    expect(ofTheApp).toContain('CAUSEWAY_PUBLIC_URL');
    expect(functionApp.root.text).toContain(
      "CAUSEWAY_PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl",
    );
  });

  it('sign people in with Entra ID alone once an app registration is given', () => {
    expect(settingsWith(FULL)).toMatchObject({
      CAUSEWAY_ENTRA_TENANT_ID: TENANT,
      CAUSEWAY_ENTRA_CLIENT_ID: CLIENT,
      CAUSEWAY_OWN_TOKENS: 'off',
    });
    expect(readSettings(settingsWith(MINIMAL)).identity).toEqual({ ownTokens: true, entra: null });
  });

  it('are each read by the application or by the Functions runtime', () => {
    const source = sourcesOf('functions');
    const isRead = (name: string): boolean =>
      RUNTIME.has(name) || name.split('__').every((part) => new RegExp(`\\b${part}\\b`).test(source));
    expect(names().filter((name) => !isRead(name))).toEqual([]);
  });

  it('name the connection of every trigger and of the scheduler, and leave out what the plan refuses', () => {
    const connections = [...sourcesOf('functions/messages').matchAll(/connection: '(\w+)'/g)].map(
      ([, name]) => name!,
    );
    const hostJson = JSON.parse(readFileSync(join(ROOT, 'host.json'), 'utf8'));
    const { hubName, storageProvider } = hostJson.extensions.durableTask;
    expect(connections.length).toBeGreaterThan(0);
    for (const connection of connections)
      expect(
        names().filter((name) => name.toLowerCase().startsWith(`${connection.toLowerCase()}__`)),
      ).toHaveLength(3);
    expect(storageProvider.type).toBe('azureManaged');
    expect(names()).toContain(storageProvider.connectionStringName);
    expect(hubName).toBe('causeway');
    expect(names().filter((name) => NOT_TO_SET.test(name))).toEqual([]);
  });

  it('hold no secret: an identity signs in everywhere', () => {
    const text = Object.values(settingsWith(FULL)).join('\n');
    expect(text).not.toMatch(/AccountKey|SharedAccess|Password|sig=/i);
  });
});
