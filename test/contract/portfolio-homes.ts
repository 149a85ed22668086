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
import type { Portfolio } from '../../shared/contracts/planning/portfolio';
import type { RecordedPortfolio } from '../../shared/contracts/planning/records';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { findPortfolio, savePortfolio } from '../../shared/ledger/portfolios';
import type { Journal } from '../../shared/ports/journal';
import type { Store, Stored } from '../../shared/ports/store';
import { startAzurite } from '../support/azurite';
import { startCosmosServer } from '../support/cosmos/cosmos-server';
import { lead } from '../support/ledger-under-test';
import { START } from '../support/sample-plan';

export interface Home {
  /** Another instance on the same data, as a restarted process would have it. */
  open(): { readonly store: Store; readonly journal: Journal };
  dispose(): Promise<void>;
}

const localHome = async (): Promise<Home> => {
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

const azureHome = async (): Promise<Home> => {
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

export const HOMES = [
  ['SQLite', localHome],
  ['Cosmos DB and append blobs', azureHome],
] as const;

export const PORTFOLIO = 'main';

/** As a process that starts now has it. */
export const openLedger = (home: Home): ContentLedger => ({
  ...home.open(),
  clock: { now: () => new Date(START) },
  itineraries: {} as ContentLedger['itineraries'],
});

export const saveImported = async (
  ledger: ContentLedger,
  content: Portfolio,
): Promise<Stored<RecordedPortfolio>> =>
  savePortfolio(ledger, lead, PORTFOLIO, await findPortfolio(ledger, PORTFOLIO), content, {
    kind: 'imported',
    summary: 'Imported',
  });

/** Fails from the nth append on, as a process that ends there would. */
export const endingAt = (ledger: ContentLedger, count: number): ContentLedger => {
  let left = count;
  const { journal } = ledger;
  return {
    ...ledger,
    journal: {
      append: async (...args) => {
        left -= 1;
        if (left < 0) throw new Error('the process ended');
        return journal.append(...args);
      },
      read: (...args) => journal.read(...args),
      length: (...args) => journal.length(...args),
      segments: (...args) => journal.segments(...args),
      drop: (...args) => journal.drop(...args),
    },
  };
};

/** Does something between writing the content and the version that names it. */
export const beforeCommit = (
  { store, ...ledger }: ContentLedger,
  work: () => Promise<unknown>,
): ContentLedger => ({
  ...ledger,
  store: {
    read: (...args) => store.read(...args),
    list: (...args) => store.list(...args),
    find: (...args) => store.find(...args),
    changes: (...args) => store.changes(...args),
    commit: async (...args) => {
      await work();
      await store.commit(...args);
    },
  },
});

export const endingBeforeCommit = (ledger: ContentLedger): ContentLedger =>
  beforeCommit(ledger, () => Promise.reject(new Error('the process ended')));
