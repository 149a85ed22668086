import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../functions/settings';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CLIENT = '22222222-2222-4222-8222-22222222222A';
const ENTRA = { CAUSEWAY_ENTRA_TENANT_ID: TENANT, CAUSEWAY_ENTRA_CLIENT_ID: CLIENT };
const identity = (environment: Record<string, string>) => readSettings(environment).identity;

describe('the settings of identity', () => {
  it('are none on a machine of one’s own: its tokens are our own', () => {
    expect(identity({ CAUSEWAY_ENTRA_TENANT_ID: '' })).toEqual({ ownTokens: true, entra: null });
  });

  it('take both forms of the audience, and another that is named', () => {
    const id = CLIENT.toLowerCase();
    expect(
      identity({ ...ENTRA, CAUSEWAY_OWN_TOKENS: 'off', CAUSEWAY_ENTRA_AUDIENCE: 'api://causeway' }),
    ).toEqual({
      ownTokens: false,
      entra: {
        tenantId: TENANT,
        clientId: id,
        audiences: [id, `api://${id}`, 'api://causeway'],
        authority: 'https://login.microsoftonline.com',
        assertion: 'none',
        behindPlatform: false,
        managedIdentityClientId: null,
      },
    });
  });

  it.each([
    ['https://login.microsoftonline.us/', 'https://login.microsoftonline.us'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('let the authority be %s', (set, authority) => {
    expect(identity({ ...ENTRA, CAUSEWAY_ENTRA_AUTHORITY: set }).entra).toMatchObject({ authority });
  });

  it('believe the header of App Service where App Service says that it signs people in', () => {
    const inAzure = {
      CAUSEWAY_HOME: 'azure',
      WEBSITE_INSTANCE_ID: 'instance',
      COSMOS__accountEndpoint: 'https://causeway.documents.azure.com',
      ServiceBus__fullyQualifiedNamespace: 'causeway.servicebus.windows.net',
      CAUSEWAY_STORAGE__blobServiceUri: 'https://causeway.blob.core.windows.net',
      CAUSEWAY_KEY_VAULT_URL: 'https://causeway.vault.azure.net',
    };
    const asked = { ...ENTRA, CAUSEWAY_EASYAUTH: 'on' };
    const proved = { ...asked, ...inAzure, WEBSITE_AUTH_ENABLED: 'True' };
    expect(identity(proved).entra).toMatchObject({ behindPlatform: true });
    for (const unproved of [asked, { ...asked, WEBSITE_AUTH_ENABLED: 'True' }, { ...asked, ...inAzure }])
      expect(() => identity(unproved)).toThrow(
        'CAUSEWAY_EASYAUTH is "on", but App Service authentication is not there',
      );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a tenant without a client',
      { CAUSEWAY_ENTRA_TENANT_ID: TENANT },
      'CAUSEWAY_ENTRA_CLIENT_ID is missing: set tenant and client id both, or neither for no Entra accounts',
    ],
    [
      'a client without a tenant',
      { CAUSEWAY_ENTRA_CLIENT_ID: CLIENT },
      'CAUSEWAY_ENTRA_TENANT_ID is missing: set tenant and client id both, or neither',
    ],
    [
      'a tenant that is no id',
      { ...ENTRA, CAUSEWAY_ENTRA_TENANT_ID: 'common' },
      'CAUSEWAY_ENTRA_TENANT_ID is "common", and must be the id of a tenant, such as 72f9',
    ],
    [
      'a client that is no id',
      { ...ENTRA, CAUSEWAY_ENTRA_CLIENT_ID: 'causeway' },
      'CAUSEWAY_ENTRA_CLIENT_ID is "causeway", and must be the application id of the app registration',
    ],
    [
      'an authority in the clear',
      { ...ENTRA, CAUSEWAY_ENTRA_AUTHORITY: 'http://login.example' },
      'CAUSEWAY_ENTRA_AUTHORITY is "http://login.example", and must be an address with https, such as https://',
    ],
    [
      'an authority that is no address',
      { ...ENTRA, CAUSEWAY_ENTRA_AUTHORITY: 'login.example' },
      'CAUSEWAY_ENTRA_AUTHORITY is "login.example", and must be an address with https',
    ],
    [
      'an assertion that there is not',
      { ...ENTRA, CAUSEWAY_ENTRA_ASSERTION: 'secret' },
      'CAUSEWAY_ENTRA_ASSERTION is "secret", and must be managed-identity or none',
    ],
    [
      'a flag that is none',
      { CAUSEWAY_OWN_TOKENS: 'false' },
      'CAUSEWAY_OWN_TOKENS is "false", and must be on or off',
    ],
    [
      'no way to sign in',
      { CAUSEWAY_OWN_TOKENS: 'off' },
      'CAUSEWAY_OWN_TOKENS is "off" and nobody could sign in at all: set CAUSEWAY_ENTRA_TENANT_ID and',
    ],
  ])('refuse %s by the name of the setting, its value and what would be right', (_, environment, words) => {
    expect(() => identity(environment)).toThrow(words);
  });
});
