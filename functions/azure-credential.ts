import type { TokenCredential } from '@azure/core-auth';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { AzureSettings } from './azure-settings';

/** The managed identity of that client id; null: the only one there is. */
export const managedIdentity = (clientId: string | null): ManagedIdentityCredential =>
  clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });

/**
 * Signs in as the application, to all that its home stands on: one credential keeps one set of tokens. In Azure nothing but the
 * managed identity is tried, so that a variable left behind can't put another in its place.
 */
export const openCredential = ({
  inAzure,
  clientId,
}: Pick<AzureSettings, 'inAzure' | 'clientId'>): TokenCredential =>
  inAzure ? managedIdentity(clientId) : new DefaultAzureCredential();
