import type { ServiceBusMessage, ServiceBusMessageBatch, ServiceBusSender } from '@azure/service-bus';
import { MigrationError } from '../../contracts/errors';
import type { CausewayEvent, CheckedInEvent } from '../../contracts/event';
import { checkIn, type ClaimChecks } from '../../ports/claim-checks';
import type { EventBus } from '../../ports/event-bus';
import { connectServiceBus, TOPIC, type ServiceBusAccess } from './connect-service-bus';

const MAX_EVENTS = 100;
const ANSWER_MS = 15_000;

export type ServiceBusOptions = ServiceBusAccess & { readonly claimChecks: ClaimChecks };

/** The event bus of Azure. It connects with the first event and stays connected until it is closed. */
export const openServiceBusEventBus = (options: ServiceBusOptions): EventBus & { close(): Promise<void> } => {
  const client = connectServiceBus(options);
  const sender = client.createSender(TOPIC);
  return {
    publish: async (events) => {
      if (events.length > MAX_EVENTS)
        throw new MigrationError('limit-exceeded', `${events.length} events; at most ${MAX_EVENTS} at once`);
      const messages: ServiceBusMessage[] = [];
      for (const event of events) messages.push(toMessage(await checkIn(event, options.claimChecks)));
      for (let sent = 0; sent < messages.length;) sent += await sendBatch(sender, messages.slice(sent));
    },
    close: () => client.close(),
  };
};

/**
 * Sends as many from the front as fit into one batch, which Service Bus stores as a whole, and returns how many. The sessions in
 * a batch may differ because the topic is not partitioned.
 */
const sendBatch = async (
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
): Promise<number> => {
  const batch = await calledOff((abortSignal) => sender.createMessageBatch({ abortSignal }));
  const rest = messages.findIndex((message) => !batch.tryAddMessage(message));
  if (rest === 0) throw tooLarge(messages[0], batch);
  await calledOff((abortSignal) => sender.sendMessages(batch, { abortSignal }));
  return rest === -1 ? messages.length : rest;
};

/**
 * The SDK waits a minute for an answer that went down with its connection. Here it is called off sooner and asked again: what was
 * stored already is known by its id.
 */
const calledOff = async <T>(call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
  try {
    return await call(AbortSignal.timeout(ANSWER_MS));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    return call(AbortSignal.timeout(2 * ANSWER_MS));
  }
};

const tooLarge = (message: ServiceBusMessage | undefined, batch: ServiceBusMessageBatch): MigrationError =>
  new MigrationError(
    'limit-exceeded',
    `event ${String(message?.messageId)} does not fit a message of ${batch.maxSizeInBytes} bytes`,
  );

/** CloudEvents in structured mode; the attributes that a subscription may filter on stand in the properties as well. */
const toMessage = (event: CausewayEvent | CheckedInEvent): ServiceBusMessage => ({
  messageId: event.id,
  sessionId: event.subject,
  subject: event.type,
  contentType: 'application/cloudevents+json',
  applicationProperties: {
    cloudEvents_type: event.type,
    cloudEvents_source: event.source,
    cloudEvents_subject: event.subject,
  },
  body: event,
});
