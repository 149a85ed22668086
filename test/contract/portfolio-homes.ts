// Store and journal of each home, empty. Cosmos DB and Blob Storage are the stand-ins that their own contract suites run over.
import { BlobServiceClient } from '@azure/storage-blob';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobJournal } from '../../shared/adapters/azure-blob/blob-journal';
import { openCosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { SqliteJournal } from '../../shared/adapters/sqlite/sqlite-journal';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import type { Journal } from '../../shared/ports/journal';
import type { Store } from '../../shared/ports/store';
import { startAzurite } from '../support/azurite';
import { startCosmosServer } from '../support/cosmos/cosmos-server';

export interface Home {
  /** Another instance on the same data, as a restarted process would have it. */
  open(): { readonly store: Store; readonly journal: Journal };
  dispose(): Promise<void>;
}

export const localHome = async (): Promise<Home> => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-portfolios-'));
  const opened: { close(): void }[] = [];
  return {
    open: () => {
      const store = new SqliteStore(join(folder, 'store.db'));
      const journal = new SqliteJournal(join(folder, 'journal.db'));
      opened.push(store, journal);
      return { store, journal };
    },
    dispose: async () => {
      for (const each of opened) each.close();
      rmSync(folder, { recursive: true });
    },
  };
};

export const azureHome = async (): Promise<Home> => {
  const [cosmos, azurite] = await Promise.all([startCosmosServer({}), startAzurite()]);
  const { connectionString } = azurite;
  const container = `journal-${randomUUID()}`;
  await BlobServiceClient.fromConnectionString(connectionString).createContainer(container);
  const stores: { close(): void }[] = [];
  return {
    open: () => {
      const store = openCosmosStore({ connectionString: cosmos.connectionString });
      stores.push(store);
      return { store, journal: new BlobJournal({ kind: 'connection-string', connectionString }, container) };
    },
    dispose: async () => {
      for (const store of stores) store.close();
      await Promise.all([cosmos.stop(), azurite.stop()]);
    },
  };
};
