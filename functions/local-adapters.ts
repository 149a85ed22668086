import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AzureBlobTargets } from '../shared/adapters/azure-blob/azure-blob-targets';
import { freeDiskCheck } from '../shared/adapters/local/data-folder-checks';
import { FolderClaimChecks } from '../shared/adapters/local/folder-claim-checks';
import { LocalSecrets } from '../shared/adapters/local/local-secrets';
import { SystemClock } from '../shared/adapters/local/system-clock';
import { createOutboundHttp, parseAllowedAddresses } from '../shared/adapters/safe-http/outbound-http';
import { integrityCheck } from '../shared/adapters/sqlite/integrity-check';
import { SqliteBus } from '../shared/adapters/sqlite/sqlite-bus';
import { SqliteDeadLetters } from '../shared/adapters/sqlite/sqlite-dead-letters';
import { SqliteEventBus } from '../shared/adapters/sqlite/sqlite-event-bus';
import { SqliteJournal } from '../shared/adapters/sqlite/sqlite-journal';
import { SqliteStore } from '../shared/adapters/sqlite/sqlite-store';
import { MigrationError } from '../shared/contracts/errors';
import type { BlobTargets } from '../shared/ports/blob-target';
import type { Secrets } from '../shared/ports/secrets';
import type { Adapters } from './services';
import type { Settings } from './settings';
import { targetsBySecret } from './targets-by-secret';

/** One machine: SQLite files in the data folder, secrets from environment and file, a real storage account or Azurite. */
export const openAdapters = (settings: Settings): Adapters => {
  const file = (name: string): string => join(settings.dataDir, name);
  const secrets = new LocalSecrets(file('secrets.json'));
  const blobs = blobTargets(settings, secrets);
  mkdirSync(settings.dataDir, { recursive: true });
  const clock = new SystemClock();
  const store = new SqliteStore(file('store.db'));
  const journal = new SqliteJournal(file('journal.db'));
  const bus = new SqliteBus({ path: file('bus.db'), now: () => clock.now().getTime() });
  const claimChecks = new FolderClaimChecks(file('claim-checks'));
  const http = createOutboundHttp({ allowed: parseAllowedAddresses(settings.allowedAddresses) });
  return {
    store,
    journal,
    bus: new SqliteEventBus(bus, claimChecks),
    claimChecks,
    deadLetters: new SqliteDeadLetters(bus),
    blobs,
    anchors: settings.anchorContainer === null ? null : blobs.container(settings.anchorContainer),
    secrets,
    clock,
    http,
    checks: [
      freeDiskCheck(settings.dataDir),
      ...['store.db', 'journal.db', 'bus.db'].map((name) => integrityCheck(file(name))),
    ],
    close: async () => {
      await http.close();
      store.close();
      journal.close();
      bus.close();
    },
  };
};

/** Planning works without a storage account; the first use of one says what is missing. */
const blobTargets = (settings: Settings, secrets: Secrets): BlobTargets => {
  if (settings.blobAccount !== null) return targetsBySecret(settings.blobAccount, secrets);
  if (settings.blobConnection !== null) return connectedTargets(settings.blobConnection);
  return {
    container: () => {
      throw new MigrationError(
        'invalid-input',
        'app setting CAUSEWAY_BLOB_CONNECTION is missing: no storage account to move to',
        {
          field: 'CAUSEWAY_BLOB_CONNECTION',
        },
      );
    },
  };
};

const connectedTargets = (connectionString: string): BlobTargets => {
  try {
    return AzureBlobTargets.fromConnectionString(connectionString);
  } catch (cause) {
    throw new MigrationError(
      'invalid-input',
      'app setting CAUSEWAY_BLOB_CONNECTION is not the connection string of a storage account',
      { cause, field: 'CAUSEWAY_BLOB_CONNECTION' },
    );
  }
};
