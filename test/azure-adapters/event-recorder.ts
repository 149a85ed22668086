// What a subscriber of the topic is told, taken over AMQP by the real SDK from a subscription without sessions; and what the store says
// was to be told.
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { openCosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { CausewayEvent } from '../../shared/contracts/event';
import type { AzureHome } from '../support/azure-home';

const TOPIC = 'migration-events';
const SUBSCRIPTION = 'recorder';
const PAGE = 200;

/** Before anything is published that is to be seen. */
export const subscribeRecorder = ({ services }: AzureHome): void =>
  services.serviceBus.ensureSubscription(TOPIC, SUBSCRIPTION, { requiresSession: false });

/** Events in the order of their first delivery. */
export async function recordedEvents({ services }: AzureHome): Promise<CausewayEvent[]> {
  const client = new ServiceBusClient(services.serviceBus.connectionString);
  try {
    const receiver = client.createReceiver(TOPIC, SUBSCRIPTION, { receiveMode: 'peekLock' });
    const messages: ServiceBusReceivedMessage[] = [];
    while (messages.length < services.serviceBus.count(TOPIC, SUBSCRIPTION).active + messages.length) {
      const taken = await receiver.receiveMessages(PAGE, { maxWaitTimeInMs: 1_000 });
      for (const message of taken) await receiver.completeMessage(message);
      messages.push(...taken);
    }
    return messages.map(({ body }) => CausewayEvent.parse(body));
  } finally {
    await client.close();
  }
}

export async function storedEvents({ services }: AzureHome): Promise<CausewayEvent[]> {
  const store = openCosmosStore({ connectionString: services.cosmos.connectionString });
  try {
    const events: CausewayEvent[] = [];
    let after: string | null = null;
    for (;;) {
      const page: Awaited<ReturnType<typeof store.changes>> = await store.changes('event', after, PAGE);
      if (page.changes.length === 0 && page.next === after) return events;
      events.push(...page.changes.map(({ body }) => CausewayEvent.parse(body)));
      after = page.next;
    }
  } finally {
    store.close();
  }
}

/** Messages that the application has not settled yet. */
export const undelivered = ({ services }: AzureHome): number =>
  ['orchestrations', 'teams', 'anchors'].reduce(
    (sum, name) => sum + services.serviceBus.count(TOPIC, name).active,
    0,
  );

export const deadLetters = ({ services }: AzureHome): number =>
  ['orchestrations', 'teams', 'anchors', SUBSCRIPTION].reduce(
    (sum, name) => sum + services.serviceBus.count(TOPIC, name).deadLetters,
    0,
  );
