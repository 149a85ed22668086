// The services of the Azure home as stand-ins in the test's process, each saying itself what it does not prove: Cosmos DB, Service
// Bus, Key Vault, the managed identity and Application Insights; Blob Storage is the Azurite that scenarios have anyway.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { startIngestion, type Ingestion } from './application-insights/start-ingestion';
import type { Surroundings } from './causeway-host';
import { startCosmosServer, type CosmosServer } from './cosmos/cosmos-server';
import { startKeyVault, VAULT_RESOURCE, type KeyVault } from './key-vault/start-key-vault';
import { startManagedIdentity, type ManagedIdentity } from './managed-identity';
import { startServiceBusBroker, type ServiceBusBroker } from './service-bus/broker';

interface Services {
  readonly cosmos: CosmosServer;
  readonly serviceBus: ServiceBusBroker;
  readonly identity: ManagedIdentity;
  readonly vault: KeyVault;
  readonly insights: Ingestion;
}

export class AzureHome implements Surroundings {
  readonly #folder = mkdtempSync(join(tmpdir(), 'causeway-azure-home-'));
  readonly #certificates = join(this.#folder, 'certificates.pem');
  #services: Services | null = null;
  #storage = '';

  get services(): Services {
    if (this.#services === null) throw new Error('The Azure home was not started');
    return this.#services;
  }

  async start(storage: string): Promise<void> {
    this.#storage = storage;
    const account = BlobServiceClient.fromConnectionString(storage);
    for (const name of ['causeway-journal', 'causeway-anchors', 'causeway-claims'])
      await account.createContainer(name);
    const identity = await startManagedIdentity();
    const vault = await startKeyVault((token) => identity.isGenuine(token, VAULT_RESOURCE));
    const insights = await startIngestion();
    writeFileSync(this.#certificates, vault.certificate + insights.certificate);
    const cosmos = await startCosmosServer({ key: randomBytes(64).toString('base64') });
    const serviceBus = await startServiceBusBroker();
    this.#services = { cosmos, serviceBus, identity, vault, insights };
  }

  get environment(): Readonly<Record<string, string>> {
    const { cosmos, serviceBus, identity, vault, insights } = this.services;
    return {
      CAUSEWAY_HOME: 'azure',
      COSMOS: cosmos.connectionString,
      ServiceBus: serviceBus.connectionString,
      CAUSEWAY_STORAGE: this.#storage,
      CAUSEWAY_KEY_VAULT_URL: vault.url,
      NODE_EXTRA_CA_CERTS: this.#certificates,
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.connectionString,
      APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
      ...identity.environment,
    };
  }

  keepSecrets(secrets: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(secrets)) this.services.vault.secrets.set(name, value);
  }

  /** Texts that no telemetry, log or document may hold. */
  secretTexts(): string[] {
    const { vault, identity, cosmos, serviceBus } = this.services;
    const keys = [cosmos.connectionString, serviceBus.connectionString, this.#storage].flatMap((text) =>
      [...text.matchAll(/(?:AccountKey|SharedAccessKey)=([^;]+)/g)].map(([, key]) => key ?? ''),
    );
    return [...vault.secrets.values(), ...keys, identity.environment['IDENTITY_HEADER'] ?? ''];
  }

  async stop(): Promise<void> {
    if (this.#services !== null) {
      const { cosmos, serviceBus, identity, vault, insights } = this.#services;
      await Promise.all([cosmos.stop(), serviceBus.stop(), vault.close(), identity.close(), insights.stop()]);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
