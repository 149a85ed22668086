import { ServiceBusClient } from '@azure/service-bus';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker } from '../support/service-bus/broker';
import { describeEventBus } from './event-bus-suite';

describeEventBus('Service Bus', async () => {
  const broker = await startServiceBusBroker();
  broker.ensureSubscription('migration-events', 'everything', { requiresSession: true });
  const claimChecks = memoryClaimChecks();
  const eventBus = openServiceBusEventBus({ connectionString: broker.connectionString, claimChecks });
  const client = new ServiceBusClient(broker.connectionString);
  return {
    eventBus,
    claimChecks,
    delivered: async () => {
      if (broker.count('migration-events', 'everything').active === 0) return [];
      const receiver = await client.acceptNextSession('migration-events', 'everything');
      const received = await receiver.receiveMessages(1_000, { maxWaitTimeInMs: 200 });
      for (const message of received) await receiver.completeMessage(message);
      await receiver.close();
      return received.map(({ messageId, sessionId, subject, contentType, body }) => ({
        messageId: String(messageId),
        sessionId: String(sessionId),
        subject: String(subject),
        contentType: String(contentType),
        body: body as unknown,
      }));
    },
    close: async () => {
      await eventBus.close();
      await client.close();
      await broker.stop();
    },
  };
});
