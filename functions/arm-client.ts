import type { TokenCredential } from '@azure/core-auth';
import type * as Identity from '@azure/identity';
import { ArmClient } from '../shared/adapters/arm/arm-client';
import { isLoopback } from '../shared/adapters/arm/arm-policies';
import { ArmResources } from '../shared/adapters/arm/arm-resources';
import { MigrationError } from '../shared/contracts/errors';
import type { AzureResources } from '../shared/ports/azure-resources';

/** A stand-in on this machine takes any token, and gets none that is worth anything elsewhere. */
const standIn: TokenCredential = {
  getToken: async () => ({ token: 'stand-in', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** Signs in as whoever this process is: a managed identity in Azure, the signed-in developer elsewhere. Looked for at first use only. */
export const whoever = (): TokenCredential => {
  let found: TokenCredential | null = null;
  return {
    getToken: (scopes, options) => {
      if (found === null) {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- it takes long to load, and most processes never ask Resource Manager
        const { DefaultAzureCredential } = require('@azure/identity') as typeof Identity;
        found = new DefaultAzureCredential();
      }
      return found.getToken(scopes, options).catch((cause: unknown) => {
        const remedy = 'give this process a managed identity, or sign in with az login';
        throw new MigrationError('identity-unavailable', `no identity for Resource Manager: ${remedy}`, {
          cause,
        });
      });
    },
  };
};

const credentialFor = (endpoint: string): TokenCredential => (isLoopback(endpoint) ? standIn : whoever());

/** The way to Resource Manager, in both homes. Nothing is asked until somebody uses it. */
export const openArmClient = ({ armEndpoint }: { readonly armEndpoint: string }): ArmClient =>
  new ArmClient({ endpoint: armEndpoint, credential: credentialFor(armEndpoint) });

/** What environments are made of and looked at with, in both homes. Nothing is asked until somebody uses it. */
export const openAzureResources = ({ armEndpoint }: { readonly armEndpoint: string }): AzureResources =>
  new ArmResources({ endpoint: armEndpoint, credential: credentialFor(armEndpoint) });
