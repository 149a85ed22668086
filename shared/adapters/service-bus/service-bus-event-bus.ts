import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ServiceBusClient,
  ServiceBusMessage,
  ServiceBusMessageBatch,
  ServiceBusSender,
} from '@azure/service-bus';
import { MigrationError } from '../../contracts/errors';
import type { CausewayEvent, CheckedInEvent } from '../../contracts/event';
import { checkIn, type ClaimChecks } from '../../ports/claim-checks';
import type { EventBus } from '../../ports/event-bus';
import { connectServiceBus, TOPIC, type ServiceBusAccess } from './connect-service-bus';

const MAX_EVENTS = 100;
const ANSWER_MS = 5_000;
const PATIENCE = [1, 2, 4];
const CLOSE_LIMIT_MS = 2_000;

export type ServiceBusOptions = ServiceBusAccess & {
  readonly claimChecks: ClaimChecks;
  /** How long the first answer may take before it is asked for again over a new connection; 5 s where absent. */
  readonly answerMs?: number;
};

/** The event bus of Azure. It connects with the first event and stays connected until it is closed. */
export const openServiceBusEventBus = (options: ServiceBusOptions): EventBus & { close(): Promise<void> } => {
  const topic = new TopicSender(options, options.answerMs ?? ANSWER_MS);
  return {
    publish: async (events) => {
      if (events.length > MAX_EVENTS)
        throw new MigrationError('limit-exceeded', `${events.length} events; at most ${MAX_EVENTS} at once`);
      const messages: ServiceBusMessage[] = [];
      for (const event of events) messages.push(toMessage(await checkIn(event, options.claimChecks)));
      for (let sent = 0; sent < messages.length;) sent += await sendBatch(topic, messages.slice(sent));
    },
    close: () => topic.close(),
  };
};

/**
 * Sends as many from the front as fit into one batch, which Service Bus stores as a whole, and returns how many. The sessions in
 * a batch may differ because the topic is not partitioned.
 */
const sendBatch = async (topic: TopicSender, messages: readonly ServiceBusMessage[]): Promise<number> => {
  const batch = await topic.call((sender, abortSignal) => sender.createMessageBatch({ abortSignal }));
  const rest = messages.findIndex((message) => !batch.tryAddMessage(message));
  if (rest === 0) throw tooLarge(messages[0], batch);
  await topic.call((sender, abortSignal) => sender.sendMessages(batch, { abortSignal }));
  return rest === -1 ? messages.length : rest;
};

/**
 * The SDK waits up to a minute for an answer that went down with its connection. Here it is called off sooner and asked for again
 * over a new connection: what was stored already is known by its id.
 */
class TopicSender {
  #client: ServiceBusClient;
  #sender: ServiceBusSender;

  constructor(
    private readonly access: ServiceBusAccess,
    private readonly answerMs: number,
  ) {
    this.#client = connectServiceBus(access);
    this.#sender = this.#client.createSender(TOPIC);
  }

  async call<T>(ask: (sender: ServiceBusSender, abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    let calledOff: unknown;
    for (const times of PATIENCE) {
      const sender = this.#sender;
      try {
        return await ask(sender, AbortSignal.timeout(times * this.answerMs));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
        calledOff = error;
        if (sender === this.#sender) this.#reconnect();
      }
    }
    throw new Error('Service Bus does not answer', { cause: calledOff });
  }

  /** The SDK can wait for ever for a link whose connection drops meanwhile, so only for a while. */
  close(): Promise<void> {
    return Promise.race([this.#client.close(), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  }

  #reconnect(): void {
    // What closing it could complain of is why it is given up.
    this.#client.close().catch(() => undefined);
    this.#client = connectServiceBus(this.access);
    this.#sender = this.#client.createSender(TOPIC);
  }
}

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
