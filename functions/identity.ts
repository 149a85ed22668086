import { EntraIdentity } from '../shared/adapters/entra/entra-identity';
import type { Clock } from '../shared/ports/clock';
import type * as AzureCredential from './azure-credential';
import type { HttpIdentity } from './http/services';
import type { EntraSettings, IdentitySettings } from './identity-settings';

/** What Entra takes a managed identity's token for, to stand for an application's secret. */
const EXCHANGE_SCOPE = 'api://AzureADTokenExchange/.default';

/** By what callers may prove who they are, in both homes. */
export const openIdentity = ({ ownTokens, entra }: IdentitySettings, clock: Clock): HttpIdentity => ({
  ownTokens,
  provider:
    entra === null
      ? null
      : new EntraIdentity({
          tenant: entra,
          clock,
          behindPlatform: entra.behindPlatform,
          assertion: entra.assertion === 'none' ? null : assertionOf(entra),
        }),
});

function assertionOf({ managedIdentityClientId }: EntraSettings): () => Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it brings a large package that most homes never need
  const { managedIdentity } = require('./azure-credential') as typeof AzureCredential;
  const credential = managedIdentity(managedIdentityClientId);
  return async () => (await credential.getToken(EXCHANGE_SCOPE)).token;
}
