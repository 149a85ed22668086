import type { TokenCredential } from '@azure/core-auth';
import { ConsistencyLevel, CosmosClient, type Container } from '@azure/cosmos';
import { CONTAINERS, DATABASE, LEDGER } from './containers';
import { statusOf } from './cosmos-failure';

/** How long one request may take before it is given up; what it did is then unknown. */
const REQUEST_LIMIT_MS = 10_000;

/** An account reached by identity, or by a key: the latter for emulators and for a machine with an account of its own. */
export type CosmosAccount =
  { readonly endpoint: string; readonly credential: TokenCredential } | { readonly connectionString: string };

export interface LedgerContainer {
  /** With a key, creates database and containers where there are none; an identity finds them deployed and may not. */
  container(): Promise<Container>;
  close(): void;
}

/** Connects when first used; whoever asks for one disposes of it. */
export const connectCosmos = (account: CosmosAccount, requestLimitMs = REQUEST_LIMIT_MS): CosmosClient =>
  new CosmosClient({
    ...('connectionString' in account
      ? { connectionString: account.connectionString }
      : { endpoint: account.endpoint, aadCredentials: account.credential }),
    // The SDK sends session tokens only where the level is named: without it, a read may miss this process's own write.
    consistencyLevel: ConsistencyLevel.Session,
    connectionPolicy: { requestTimeout: requestLimitMs },
  });

/** Connects when first used. */
export function openLedgerContainer(
  account: CosmosAccount,
  requestLimitMs = REQUEST_LIMIT_MS,
): LedgerContainer {
  const client = connectCosmos(account, requestLimitMs);
  const ledger = client.database(DATABASE).container(LEDGER.id);
  let opened: Promise<Container> | null = null;
  const open = async (): Promise<Container> => {
    if ('connectionString' in account) await createContainers(client);
    return ledger;
  };
  return {
    container: () =>
      (opened ??= open().catch((error: unknown) => {
        opened = null;
        throw error;
      })),
    close: () => client.dispose(),
  };
}

/** Another process may create the same at the same time. */
async function createContainers(client: CosmosClient): Promise<void> {
  await client.databases.createIfNotExists({ id: DATABASE }).catch(ignoreExisting);
  const { containers } = client.database(DATABASE);
  for (const definition of CONTAINERS)
    await containers.createIfNotExists({ ...definition }).catch(ignoreExisting);
}

const ignoreExisting = (error: unknown): void => {
  if (statusOf(error) !== 409) throw error;
};
