import { containersCheck, leasesCheck } from '../shared/adapters/cosmos/cosmos-checks';
import type { CosmosAccount } from '../shared/adapters/cosmos/open-container';
import type { ServiceBusAccess } from '../shared/adapters/service-bus/connect-service-bus';
import { subscriptionCheck, topicCheck } from '../shared/adapters/service-bus/service-bus-checks';
import { MigrationError } from '../shared/contracts/errors';
import type { BlobTarget } from '../shared/ports/blob-target';
import { failed, ok, warning, type Check } from '../shared/ports/check';
import type { Secrets } from '../shared/ports/secrets';
import type { Store } from '../shared/ports/store';
import { latestChange } from './doctor/latest-change';
import { containerCheck } from './doctor/storage-checks';

/** Subscriptions of the functions in messages/; infra/ makes them. */
export const SUBSCRIPTIONS = ['orchestrations', 'teams', 'anchors', 'lessons'] as const;

export interface AzureChecked {
  readonly cosmos: CosmosAccount;
  readonly serviceBus: ServiceBusAccess;
  readonly store: Store;
  /** Containers of the control plane's own account. */
  readonly journal: BlobTarget;
  readonly claims: BlobTarget;
  readonly secrets: Secrets;
  readonly hasTelemetry: boolean;
}

/** What only the Azure home has to be checked for. */
export const azureChecks = (azure: AzureChecked): readonly Check[] => [
  containersCheck(azure.cosmos),
  leasesCheck(azure.cosmos, () => latestChange(azure.store)),
  topicCheck(azure.serviceBus),
  ...SUBSCRIPTIONS.map((name) => subscriptionCheck(azure.serviceBus, name)),
  containerCheck('journal', () => azure.journal),
  containerCheck('claims', () => azure.claims),
  keyVaultCheck(azure.secrets),
  telemetryCheck(azure.hasTelemetry),
];

/** A secret that is not there: the vault says so to whoever may read, and only to them. */
const NOWHERE = 'causeway-doctor';

const keyVaultCheck = (secrets: Secrets): Check => ({
  name: 'key-vault',
  mend: 'Check CAUSEWAY_KEY_VAULT_URL and the network between the application and the vault, and grant its identity Key Vault Secrets User.',
  run: async () => {
    try {
      await secrets.read(NOWHERE);
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      if (error.code !== 'secret-missing') return failed(error.message);
    }
    return ok('may be read');
  },
});

const telemetryCheck = (hasTelemetry: boolean): Check => ({
  name: 'telemetry',
  mend: 'Set APPLICATIONINSIGHTS_CONNECTION_STRING, which infra/ does.',
  run: async () =>
    hasTelemetry ? ok('goes to Application Insights') : warning('nothing is measured: alerts cannot fire'),
});
