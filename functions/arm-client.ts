import type { TokenCredential } from '@azure/core-auth';
import { ArmClient } from '../shared/adapters/arm/arm-client';
import { isLoopback } from '../shared/adapters/arm/arm-policies';
import { ArmResources } from '../shared/adapters/arm/arm-resources';
import { MigrationError } from '../shared/contracts/errors';
import type { AzureResources } from '../shared/ports/azure-resources';
import type * as AzureCredential from './azure-credential';
import type { Settings } from './settings';

/** A stand-in on this machine takes any token, and gets none that is worth anything elsewhere. */
const standIn: TokenCredential = {
  getToken: async () => ({ token: 'stand-in', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** What says as whom the application signs in: `azure` null is the local home. */
export type ArmSettings = Pick<Settings, 'armEndpoint' | 'azure'>;

/**
 * Signs in as the home does: the managed identity that its settings name in Azure, elsewhere the signed-in developer. Looked for at
 * first use only.
 */
export const homeCredential = ({ azure }: Pick<Settings, 'azure'>): TokenCredential => {
  let found: TokenCredential | null = null;
  return {
    getToken: (scopes, options) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- it takes long to load, and most processes never ask Resource Manager
      const { openCredential } = require('./azure-credential') as typeof AzureCredential;
      found ??= openCredential(azure ?? { inAzure: false, clientId: null });
      return found.getToken(scopes, options).catch((cause: unknown) => {
        const remedy = 'give this process a managed identity, or sign in with az login';
        throw new MigrationError('identity-unavailable', `no identity for Resource Manager: ${remedy}`, {
          cause,
        });
      });
    },
  };
};

const credentialFor = (settings: ArmSettings): TokenCredential =>
  isLoopback(settings.armEndpoint) ? standIn : homeCredential(settings);

/** The way to Resource Manager, in both homes. Nothing is asked until somebody uses it. */
export const openArmClient = (settings: ArmSettings): ArmClient =>
  new ArmClient({ endpoint: settings.armEndpoint, credential: credentialFor(settings) });

/** What environments are made of and looked at with, in both homes. Nothing is asked until somebody uses it. */
export const openAzureResources = (settings: ArmSettings): AzureResources =>
  new ArmResources({ endpoint: settings.armEndpoint, credential: credentialFor(settings) });
