import { CosmosClient, type Container } from '@azure/cosmos';
import { DefaultAzureCredential } from '@azure/identity';
import type { Binding } from '../function-app';
import type { Settings } from '../host-settings';
import { containerOf } from './output-binding';
import type { DocumentWriter } from './output-target';

/** Writes to the Cosmos DB account that the settings of a connection name. */
export class CosmosWriter implements DocumentWriter {
  readonly #client: CosmosClient;
  readonly #containers = new Map<Binding, Promise<Container>>();

  constructor(connection: string, settings: Settings) {
    this.#client = openAccount(connection, settings);
  }

  async upsert(binding: Binding, documents: readonly Record<string, unknown>[]): Promise<void> {
    const opening = this.#containers.get(binding) ?? this.#open(binding);
    this.#containers.set(binding, opening);
    opening.catch(() => this.#containers.delete(binding));
    const container = await opening;
    for (const document of documents) await container.items.upsert(document);
  }

  async close(): Promise<void> {
    this.#client.dispose();
  }

  async #open(binding: Binding): Promise<Container> {
    const { database, container } = containerOf(binding);
    if (binding['createIfNotExists'] !== true) return this.#client.database(database).container(container);
    const made = await this.#client.databases.createIfNotExists({ id: database });
    const partitionKey = typeof binding['partitionKey'] === 'string' ? binding['partitionKey'] : '/id';
    return (await made.database.containers.createIfNotExists({ id: container, partitionKey })).container;
  }
}

const openAccount = (connection: string, settings: Settings): CosmosClient => {
  const connectionString = settings[connection];
  if (connectionString) return new CosmosClient(connectionString);
  const endpoint = settings[`${connection}__accountEndpoint`] ?? '';
  const managedIdentityClientId = settings[`${connection}__clientId`];
  const aadCredentials = new DefaultAzureCredential(
    managedIdentityClientId ? { managedIdentityClientId } : {},
  );
  return new CosmosClient({ endpoint, aadCredentials });
};
