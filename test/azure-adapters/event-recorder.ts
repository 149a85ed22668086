// What a subscriber of the topic is told, taken over AMQP by the real SDK from a subscription without sessions; and what the store says
// was to be told.
import { ServiceBusClient } from '@azure/service-bus';
import { z } from 'zod';
import { CausewayEvent } from '../../shared/contracts/event';
import type { DocumentType } from '../../shared/ports/store';
import type { AzureHome } from '../support/azure-home';

const TOPIC = 'migration-events';
const RECORDER = 'recorder';
const APPLICATION = ['orchestrations', 'teams', 'anchors', 'lessons'];
const PAGE = 200;

/** Leases and marks of commits are of other shapes. */
const StoredDocument = z.object({ type: z.string(), body: z.unknown() });

/** Before anything is published that is to be seen. */
export const subscribeRecorder = ({ services }: AzureHome): void =>
  services.serviceBus.ensureSubscription(TOPIC, RECORDER, { requiresSession: false });

/** Each event as often as it was delivered, in the order of deliveries. */
export async function recordedEvents({ services }: AzureHome): Promise<CausewayEvent[]> {
  const client = new ServiceBusClient(services.serviceBus.connectionString);
  try {
    const receiver = client.createReceiver(TOPIC, RECORDER, { receiveMode: 'peekLock' });
    const events: CausewayEvent[] = [];
    while (services.serviceBus.count(TOPIC, RECORDER).active > 0)
      for (const message of await receiver.receiveMessages(PAGE, { maxWaitTimeInMs: 1_000 })) {
        events.push(CausewayEvent.parse(message.body));
        await receiver.completeMessage(message);
      }
    return events;
  } finally {
    await client.close();
  }
}

/** Straight from the account, past the store's own way of reading. */
export const storedDocuments = <T>({ services }: AzureHome, { name, schema }: DocumentType<T>): T[] =>
  services.cosmos
    .storedItems()
    .map((item) => StoredDocument.safeParse(item))
    .flatMap(({ data }) => (data?.type === name ? [schema.parse(data.body)] : []));

/** Messages that the application has not settled yet. */
export const undelivered = ({ services }: AzureHome): number =>
  APPLICATION.reduce((sum, name) => sum + services.serviceBus.count(TOPIC, name).active, 0);

export const deadLetters = ({ services }: AzureHome): number =>
  [...APPLICATION, RECORDER].reduce(
    (sum, name) => sum + services.serviceBus.count(TOPIC, name).deadLetters,
    0,
  );
