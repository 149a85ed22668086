import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { homeCredential } from '../../../functions/arm-client';
import type { AzureSettings } from '../../../functions/azure-settings';
import { startManagedIdentity, type ManagedIdentity } from '../../support/managed-identity';

/** Variables by which other credentials of the chain would come before the managed identity. */
const LEFT_BEHIND = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_SECRET: 'secret' };

let identity: ManagedIdentity;
let before: NodeJS.ProcessEnv;
beforeEach(async () => {
  before = process.env;
  identity = await startManagedIdentity();
  const { AZURE_CLIENT_ID: _, ...platform } = identity.environment;
  process.env = { ...before, ...platform, ...LEFT_BEHIND, AZURE_CLIENT_ID: 'somebody-else' };
});
afterEach(async () => {
  process.env = before;
  await identity.close();
});

describe('the way to Resource Manager', () => {
  it('is signed in to in Azure by the managed identity that the home names, whatever variables were left behind', async () => {
    const azure = { inAzure: true, clientId: identity.clientId } as AzureSettings;
    const token = await homeCredential({ azure }).getToken('https://management.azure.com/.default');
    expect(identity.isGenuine(token?.token ?? '', 'https://management.azure.com')).toBe(true);
  });

  it('says what to do where there is no identity', async () => {
    const azure = { inAzure: true, clientId: 'another' } as AzureSettings;
    const refused = homeCredential({ azure }).getToken('https://management.azure.com/.default');
    await expect(refused).rejects.toMatchObject({
      code: 'identity-unavailable',
      message: expect.stringContaining('give this process a managed identity, or sign in with az login'),
    });
  });
});
