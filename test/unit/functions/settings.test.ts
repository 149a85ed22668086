import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../functions/settings';

const IDENTITY = {
  CAUSEWAY_HOME: 'azure',
  COSMOS__accountEndpoint: 'https://account.documents.azure.com:443/',
  ServiceBus__fullyQualifiedNamespace: 'space.servicebus.windows.net',
  CAUSEWAY_STORAGE__blobServiceUri: 'https://account.blob.core.windows.net/',
  CAUSEWAY_KEY_VAULT_URL: 'https://vault.vault.azure.net/',
};
const IN_AZURE = { WEBSITE_SITE_NAME: 'causeway', WEBSITE_INSTANCE_ID: 'x' };

describe('the settings of the Azure home', () => {
  it('are addresses to sign in to with an identity', () => {
    expect(readSettings({ ...IDENTITY, ...IN_AZURE, AZURE_CLIENT_ID: 'client' })).toMatchObject({
      home: 'azure',
      anchorContainer: 'causeway-anchors',
      azure: {
        cosmos: { kind: 'identity', endpoint: 'https://account.documents.azure.com:443' },
        serviceBus: { kind: 'identity', endpoint: 'space.servicebus.windows.net' },
        storage: { kind: 'identity', endpoint: 'https://account.blob.core.windows.net' },
        target: null,
        keyVaultUrl: 'https://vault.vault.azure.net',
        clientId: 'client',
        inAzure: true,
        telemetry: null,
      },
    });
  });

  it('may be connection strings elsewhere, which win over addresses', () => {
    const { azure } = readSettings({
      ...IDENTITY,
      COSMOS: 'AccountEndpoint=x',
      CAUSEWAY_BLOB_CONNECTION: 'y',
    });
    expect(azure).toMatchObject({
      cosmos: { kind: 'connection-string', connectionString: 'AccountEndpoint=x' },
      target: { kind: 'connection-string', connectionString: 'y' },
      inAzure: false,
    });
  });

  it.each(['COSMOS', 'ServiceBus', 'CAUSEWAY_STORAGE', 'CAUSEWAY_BLOB_CONNECTION'])(
    'may not hold a key in %s where it runs in Azure',
    (field) => {
      for (const [variable, value] of Object.entries(IN_AZURE)) {
        const environment = { ...IDENTITY, [variable]: value, [field]: 'Key=secret' };
        expect(() => readSettings(environment)).toThrow(
          expect.objectContaining({ code: 'invalid-input', field }),
        );
        expect(() => readSettings(environment)).not.toThrow(/secret/);
      }
    },
  );

  it.each(Object.keys(IDENTITY).filter((name) => name !== 'CAUSEWAY_HOME'))('need %s', (field) => {
    expect(() => readSettings({ ...IDENTITY, [field]: '' })).toThrow(expect.objectContaining({ field }));
  });

  it.each([
    ['COSMOS__accountEndpoint', 'http://account.documents.azure.com'],
    ['CAUSEWAY_KEY_VAULT_URL', 'http://vault.vault.azure.net'],
    ['ServiceBus__fullyQualifiedNamespace', 'sb://space.servicebus.windows.net'],
  ])('refuse %s=%s', (field, value) => {
    expect(() => readSettings({ ...IDENTITY, [field]: value })).toThrow(expect.objectContaining({ field }));
  });

  it('are the only ones in Azure, whose files do not last', () => {
    expect(() => readSettings(IN_AZURE)).toThrow(expect.objectContaining({ field: 'CAUSEWAY_HOME' }));
    expect(readSettings({})).toMatchObject({ home: 'local', azure: null, anchorContainer: null });
  });

  it.each([
    ['COSMOS', 'AccountEndpoint=https://x/;AccountKey=secret'],
    ['COSMOS__accountEndpoint', IDENTITY.COSMOS__accountEndpoint],
    ['ServiceBus', 'Endpoint=sb://x/;SharedAccessKey=secret'],
    ['ServiceBus__fullyQualifiedNamespace', IDENTITY.ServiceBus__fullyQualifiedNamespace],
  ])('refuse %s in the local home, whose triggers would follow it', (field, value) => {
    expect(() => readSettings({ [field]: value })).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
    expect(() => readSettings({ [field]: value })).not.toThrow(/secret/);
    expect(() => readSettings({ [field]: value })).toThrow(/CAUSEWAY_HOME=azure/);
    expect(readSettings({ [field]: '' }).home).toBe('local');
  });

  it.each([
    ['COSMOS__accountEndpoint', 'https://<account>.documents.azure.com'],
    ['ServiceBus__fullyQualifiedNamespace', '<namespace>.servicebus.windows.net'],
    ['CAUSEWAY_STORAGE__blobServiceUri', 'https://<account>.blob.core.windows.net'],
    ['CAUSEWAY_KEY_VAULT_URL', 'https://<vault>.vault.azure.net'],
  ])('say what %s looks like where it is missing or wrong', (field, example) => {
    for (const value of ['', 'not an address'])
      expect(() => readSettings({ ...IDENTITY, [field]: value })).toThrow(
        `app setting ${field} ${value === '' ? 'is missing: set it to' : 'must be'} an address such as ${example}`,
      );
  });
});

describe('the account that workloads move to', () => {
  const named = {
    CAUSEWAY_BLOB_ACCOUNT: 'https://account.blob.core.windows.net/',
    CAUSEWAY_BLOB_SECRET: 'blob-key',
  };

  it.each([{}, { ...IDENTITY, ...IN_AZURE }])('R122 may be signed for by a secret, in each home', (home) => {
    expect(readSettings({ ...home, ...named }).blobAccount).toEqual({
      url: 'https://account.blob.core.windows.net',
      secretName: 'blob-key',
    });
    expect(readSettings(home).blobAccount).toBeNull();
  });

  it.each<[string, Record<string, string>]>([
    ['CAUSEWAY_BLOB_SECRET', { CAUSEWAY_BLOB_SECRET: '' }],
    ['CAUSEWAY_BLOB_ACCOUNT', { CAUSEWAY_BLOB_ACCOUNT: '' }],
    ['CAUSEWAY_BLOB_ACCOUNT', { CAUSEWAY_BLOB_ACCOUNT: 'http://account.blob.core.windows.net' }],
    ['CAUSEWAY_BLOB_ACCOUNT', { CAUSEWAY_BLOB_CONNECTION: 'UseDevelopmentStorage=true' }],
    [
      'CAUSEWAY_BLOB_ACCOUNT',
      { ...IDENTITY, CAUSEWAY_BLOB_CONNECTION__blobServiceUri: 'https://other.blob.core.windows.net' },
    ],
  ])('is not half named or named twice: %s', (field, more) => {
    expect(() => readSettings({ ...named, ...more })).toThrow(expect.objectContaining({ field }));
  });
});
