import { AmqpBus } from '../support/service-bus/amqp-bus';
import { startServiceBusBroker } from '../support/service-bus/broker';
import { describeBus } from './bus-suite';

// Not here: that giving a message back says whether it became a dead letter. AMQP does not answer that.
describeBus('Service Bus over AMQP', async () => {
  const broker = await startServiceBusBroker();
  const bus = new AmqpBus(broker);
  return {
    bus,
    elapse: (ms) => broker.elapse(ms),
    close: async () => {
      await bus.close();
      await broker.stop();
    },
  };
});
