import type { TokenCredential } from '@azure/core-auth';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { AzureSettings } from './azure-settings';

/**
 * Signs in as the application, to every service of Azure: one credential keeps one set of tokens. In Azure nothing but the
 * managed identity is tried, so that a variable left behind can't put another in its place.
 */
export const openCredential = ({ inAzure, clientId }: AzureSettings): TokenCredential => {
  if (!inAzure) return new DefaultAzureCredential();
  return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
};
