import { afterEach, beforeEach, describe } from '@jest/globals';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { startCosmosServer } from '../support/cosmos/cosmos-server';
import { storeCommitSuite } from './store-commit-suite';
import type { StoreUnderTest } from './store-fixture';
import { storeQuerySuite } from './store-query-suite';
import { storeSuite } from './store-suite';

const makeStore = async (physicalPartitions: 1 | 3): Promise<StoreUnderTest> => {
  const server = await startCosmosServer({ physicalPartitions, pageItems: 5 });
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

// The feed's order over partitions is that of one physical partition: several have none between them.
storeSuite('Cosmos DB', () => makeStore(1));

describe('Store: Cosmos DB over three physical partitions', () => {
  let subject: StoreUnderTest;
  beforeEach(async () => {
    subject = await makeStore(3);
  });
  afterEach(() => subject.dispose());
  storeCommitSuite(() => subject);
  storeQuerySuite(() => subject);
});
