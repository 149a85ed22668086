import { CosmosClient } from '@azure/cosmos';
import { DATABASE } from '../../shared/adapters/cosmos/containers';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { startCosmosServer } from '../support/cosmos/cosmos-server';
import type { StoreUnderTest } from './store-fixture';
import { storeSuite } from './store-suite';

/** Connection string of an account or emulator whose database `causeway` these tests may delete; the stand-in where absent. */
const TEST_ACCOUNT = process.env['CAUSEWAY_COSMOS_TEST_ACCOUNT'];

interface Account {
  readonly connectionString: string;
  stop(): Promise<void>;
}

const emptied = async (connectionString: string): Promise<Account> => {
  const client = new CosmosClient(connectionString);
  const database = client.database(DATABASE);
  const { statusCode } = await database
    .read()
    .catch((error: { code: number }) => ({ statusCode: error.code }));
  if (statusCode === 200) await database.delete();
  client.dispose();
  return { connectionString, stop: async () => undefined };
};

const makeStore = async (): Promise<StoreUnderTest> => {
  const server: Account = TEST_ACCOUNT
    ? await emptied(TEST_ACCOUNT)
    : await startCosmosServer({ physicalPartitions: 3, pageItems: 5 });
  const instances: CosmosStore[] = [];
  const open = () => {
    const instance = openCosmosStore({ connectionString: server.connectionString });
    instances.push(instance);
    return instance;
  };
  return {
    store: open(),
    reopen: async () => open(),
    dispose: async () => {
      for (const instance of instances) instance.close();
      await server.stop();
    },
  };
};

storeSuite('Cosmos DB', makeStore);
