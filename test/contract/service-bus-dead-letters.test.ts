import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { openServiceBusDeadLetters } from '../../shared/adapters/service-bus/service-bus-dead-letters';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { CausewayEvent } from '../../shared/contracts/event';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker } from '../support/service-bus/broker';
import { describeDeadLetters } from './dead-letters-suite';

const TOPIC = 'migration-events';

describeDeadLetters('Service Bus', async () => {
  const broker = await startServiceBusBroker();
  broker.ensureSubscription(TOPIC, 'teams', { requiresSession: true, maxDeliveryCount: 2 });
  const { connectionString } = broker;
  const deadLetters = openServiceBusDeadLetters({ connectionString });
  const eventBus = openServiceBusEventBus({ connectionString, claimChecks: memoryClaimChecks() });
  const client = new ServiceBusClient(connectionString);
  type Settle = (receiver: ServiceBusSessionReceiver, message: ServiceBusReceivedMessage) => Promise<void>;
  const takeAll = async (settle: Settle): Promise<string[]> => {
    const ids: string[] = [];
    while (broker.count(TOPIC, 'teams').active > 0) {
      const receiver = await client.acceptNextSession(TOPIC, 'teams');
      while (broker.count(TOPIC, 'teams').active > 0)
        for (const message of await receiver.receiveMessages(1)) {
          ids.push(CausewayEvent.parse(message.body).id);
          await settle(receiver, message);
        }
      await receiver.close();
    }
    return ids;
  };
  return {
    deadLetters,
    eventBus,
    refuseAll: async () => void (await takeAll((receiver, message) => receiver.abandonMessage(message))),
    consume: () => takeAll((receiver, message) => receiver.completeMessage(message)),
    close: async () => {
      await eventBus.close();
      await client.close();
      await broker.stop();
    },
  };
});
