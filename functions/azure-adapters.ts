import type { TokenCredential } from '@azure/core-auth';
import { AzureBlobTargets } from '../shared/adapters/azure-blob/azure-blob-targets';
import type { FixedBlobAccount } from '../shared/adapters/azure-blob/blob-account';
import { BlobClaimChecks } from '../shared/adapters/azure-blob/blob-claim-checks';
import { BlobJournal } from '../shared/adapters/azure-blob/blob-journal';
import { openCosmosStore } from '../shared/adapters/cosmos/cosmos-store';
import { KeyVaultSecrets } from '../shared/adapters/key-vault/key-vault-secrets';
import { SystemClock } from '../shared/adapters/local/system-clock';
import { createOutboundHttp, parseAllowedAddresses } from '../shared/adapters/safe-http/outbound-http';
import { openServiceBusDeadLetters } from '../shared/adapters/service-bus/service-bus-dead-letters';
import { openServiceBusEventBus } from '../shared/adapters/service-bus/service-bus-event-bus';
import { MigrationError } from '../shared/contracts/errors';
import { azureChecks } from './azure-checks';
import { openCredential } from './azure-credential';
import type { Connection } from './azure-settings';
import { measureCharges, measuredBus, startTelemetry } from './azure-telemetry';
import type { Adapters } from './services';
import type { Settings } from './settings';
import { targetsBySecret } from './targets-by-secret';

/** Containers of the control plane's own account, as infra/ makes them. */
const JOURNAL = 'causeway-journal';
const CLAIMS = 'causeway-claims';

/** Azure: Cosmos DB, Service Bus, Blob Storage and Key Vault, signed in with the identity of the application. */
export const openAdapters = (settings: Settings): Adapters => {
  const { azure, anchorContainer } = settings;
  if (azure === null) throw new MigrationError('internal', 'the settings are those of another home');
  const credential = openCredential(azure);
  const stopTelemetry =
    azure.telemetry === null ? null : startTelemetry(azure.telemetry, azure.inAzure ? credential : null);
  const clock = new SystemClock();
  const cosmos = cosmosAccount(azure.cosmos, credential);
  const serviceBus = serviceBusAccess(azure.serviceBus, credential);
  const secrets = new KeyVaultSecrets({ url: azure.keyVaultUrl, credential });
  const store = openCosmosStore({ ...cosmos, onCharge: measureCharges() });
  const ownStorage = blobAccount(azure.storage, credential);
  const own = new AzureBlobTargets(ownStorage);
  const bySecret = settings.blobAccount && targetsBySecret(settings.blobAccount, secrets);
  const claimChecks = new BlobClaimChecks(own.container(CLAIMS));
  const bus = openServiceBusEventBus({ ...serviceBus, claimChecks });
  const http = createOutboundHttp({ allowed: parseAllowedAddresses(settings.allowedAddresses) });
  return {
    store,
    journal: new BlobJournal(ownStorage, JOURNAL),
    bus: measuredBus(bus, clock),
    claimChecks,
    deadLetters: openServiceBusDeadLetters(serviceBus),
    blobs: bySecret ?? (azure.target ? new AzureBlobTargets(blobAccount(azure.target, credential)) : own),
    anchors: anchorContainer === null ? null : own.container(anchorContainer),
    secrets,
    clock,
    http,
    checks: azureChecks({
      cosmos,
      serviceBus,
      store,
      journal: own.container(JOURNAL),
      claims: own.container(CLAIMS),
      secrets,
      hasTelemetry: azure.telemetry !== null,
    }),
    close: async () => {
      await http.close();
      await bus.close();
      store.close();
      await stopTelemetry?.();
    },
  };
};

const cosmosAccount = (connection: Connection, credential: TokenCredential) =>
  connection.kind === 'identity'
    ? { endpoint: connection.endpoint, credential }
    : { connectionString: connection.connectionString };

const serviceBusAccess = (connection: Connection, credential: TokenCredential) =>
  connection.kind === 'identity'
    ? { fullyQualifiedNamespace: connection.endpoint, credential }
    : { connectionString: connection.connectionString };

const blobAccount = (connection: Connection, credential: TokenCredential): FixedBlobAccount =>
  connection.kind === 'identity'
    ? { kind: 'identity', url: connection.endpoint, credential }
    : { kind: 'connection-string', connectionString: connection.connectionString };
