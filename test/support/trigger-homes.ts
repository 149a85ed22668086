import { CosmosClient } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { LEDGER } from '../../shared/adapters/cosmos/containers';
import { startCosmosServer } from './cosmos/cosmos-server';
import { startServiceBusBroker } from './service-bus/broker';

/** Where messages and documents of the application `triggers` are kept, and who else can put a message there. */
export interface TriggerHome {
  readonly settings: Record<string, string>;
  /** One message of that session, with the subject of what it counts. */
  publish(dataDir: string, sessionId: string, body: unknown): Promise<void>;
  stop(): Promise<void>;
}

const TOPIC = 'sessions';

/** In the files of the host itself. */
export const onThisMachine = async (): Promise<TriggerHome> => {
  let sent = 0;
  return {
    settings: {},
    publish: async (dataDir, sessionId, body) => {
      const bus = new SqliteBus({ path: `${dataDir}/bus.db`, now: () => Date.now() });
      bus.publish(TOPIC, [{ messageId: `m${(sent += 1)}`, sessionId, body }]);
      bus.close();
    },
    stop: async () => undefined,
  };
};

/** In a Service Bus namespace and a Cosmos DB account, by AMQP and HTTP; what their stand-ins do not prove stands in their first lines. */
export const inAzure = async (): Promise<TriggerHome> => {
  const broker = await startServiceBusBroker();
  for (const queue of ['orders', 'done', 'fragile', 'bytes']) broker.ensureQueue(queue);
  for (const topic of ['news', TOPIC]) broker.ensureTopic(topic);
  for (const name of ['first', 'second']) broker.ensureSubscription('news', name);
  broker.ensureSubscription(TOPIC, 'session', { requiresSession: true });
  const server = await startCosmosServer();
  const account = new CosmosClient(server.connectionString);
  await account.databases.create({ id: 'shop' });
  for (const id of ['items', 'copies']) await account.database('shop').containers.create({ ...LEDGER, id });
  account.dispose();
  const client = new ServiceBusClient(broker.connectionString);
  const sender = client.createSender(TOPIC);
  return {
    settings: { BUS: broker.connectionString, COSMOS: server.connectionString },
    publish: (_dataDir, sessionId, body) => sender.sendMessages({ sessionId, body }),
    stop: async () => {
      await client.close();
      await broker.stop();
      await server.stop();
    },
  };
};
