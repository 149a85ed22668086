import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { toReceived } from '../../../host/triggers/service-bus-namespace';
import type {
  BusMessage,
  DeadLetter,
  ReceivedMessage,
} from '../../../shared/adapters/sqlite/sqlite-bus-messages';
import type { SubscriptionOptions } from '../../../shared/adapters/sqlite/sqlite-bus-topics';
import type { ServiceBusBroker } from './broker';

const EMPTY_AFTER_MS = 60;
const NO_SESSION_AFTER_MS = 250;
const LOCK_LOST = ['MessageLockLost', 'SessionLockLost'];
/** The SDK's own words for a message whose outcome the namespace has refused before. */
const SETTLED_BEFORE = 'The message has either been deleted or already settled';

interface Held {
  readonly receiver: ServiceBusReceiver;
  readonly message: ServiceBusReceivedMessage;
}

/** The real SDK in the words of a message bus: what a consumer of a namespace can ask for, one message after the other. */
export class AmqpBus {
  readonly #client: ServiceBusClient;
  /** Apart from the other, since this one is told not to wait for a session. */
  readonly #sessions: ServiceBusClient;
  readonly #receivers = new Map<string, ServiceBusReceiver>();
  readonly #held = new Map<string, Held>();
  readonly #withSessions = new Set<string>();

  constructor(private readonly broker: ServiceBusBroker) {
    this.#client = new ServiceBusClient(broker.connectionString);
    const retryOptions = { maxRetries: 0, timeoutInMs: NO_SESSION_AFTER_MS };
    this.#sessions = new ServiceBusClient(broker.connectionString, { retryOptions });
  }

  ensureTopic(topic: string, options?: { duplicateWindowMs: number }): void {
    this.broker.ensureTopic(topic, options);
  }

  ensureSubscription(topic: string, name: string, options: Partial<SubscriptionOptions> = {}): void {
    const { subjects = null, ...others } = options;
    const filter = subjects === null ? {} : { filter: `cloudEvents_type IN ('${subjects.join("','")}')` };
    this.broker.ensureSubscription(topic, name, { ...others, ...filter });
    if (options.requiresSession === true) this.#withSessions.add(name);
  }

  async publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    const sender = this.#client.createSender(topic);
    await sender.sendMessages(messages.map(toSend));
    await sender.close();
  }

  async receive(topic: string, subscription: string, limit = 1): Promise<readonly ReceivedMessage[]> {
    const receiver = await this.#receiver(topic, subscription);
    if (receiver === null) return [];
    const messages = await receiver.receiveMessages(limit, { maxWaitTimeInMs: EMPTY_AFTER_MS });
    if (messages.length === 0 && this.#withSessions.has(subscription)) await receiver.close();
    for (const message of messages) this.#held.set(toReceived(message).lockToken, { receiver, message });
    return messages.map(toReceived);
  }

  async complete(lockToken: string): Promise<string> {
    return this.#settle(lockToken, 'completed', ({ receiver, message }) => receiver.completeMessage(message));
  }

  async abandon(lockToken: string): Promise<string> {
    return this.#settle(lockToken, 'abandoned', ({ receiver, message }) => receiver.abandonMessage(message));
  }

  async deadLetter(lockToken: string, deadLetterReason: string, description: string): Promise<string> {
    const reason = { deadLetterReason, deadLetterErrorDescription: description };
    return this.#settle(lockToken, 'dead-lettered', ({ receiver, message }) =>
      receiver.deadLetterMessage(message, reason),
    );
  }

  async renewLock(lockToken: string): Promise<number | null> {
    const { receiver, message } = this.#heldBy(lockToken);
    try {
      return (await receiver.renewMessageLock(message)).getTime();
    } catch (error) {
      if (isLockLost(error)) return null;
      throw error;
    }
  }

  /** A client remembers how far it peeked: hence a new one each time. */
  async deadLetters(
    topic: string,
    subscription: string,
  ): Promise<readonly Omit<DeadLetter, 'deadLetteredAtMs'>[]> {
    const client = new ServiceBusClient(this.broker.connectionString);
    try {
      const receiver = client.createReceiver(topic, subscription, { subQueueType: 'deadLetter' });
      return (await receiver.peekMessages(100)).map((message) => ({
        ...toReceived(message),
        deliveryCount: message.deliveryCount ?? 0,
        reason: message.deadLetterReason ?? '',
        description: message.deadLetterErrorDescription ?? '',
      }));
    } finally {
      await client.close();
    }
  }

  async close(): Promise<void> {
    await this.#sessions.close();
    await this.#client.close();
  }

  /** Null where no session is free. */
  async #receiver(topic: string, subscription: string): Promise<ServiceBusReceiver | null> {
    const options = { maxAutoLockRenewalDurationInMs: 0 };
    if (this.#withSessions.has(subscription)) {
      try {
        return await this.#sessions.acceptNextSession(topic, subscription, options);
      } catch (error) {
        if (isServiceBusError(error) && error.code === 'ServiceTimeout') return null;
        throw error;
      }
    }
    const existing = this.#receivers.get(subscription);
    const receiver = existing ?? this.#client.createReceiver(topic, subscription, options);
    this.#receivers.set(subscription, receiver);
    return receiver;
  }

  /** A session is let go when the last message that was received with it is settled. */
  async #settle(lockToken: string, done: string, settle: (held: Held) => Promise<void>): Promise<string> {
    const held = this.#heldBy(lockToken);
    try {
      await settle(held);
    } catch (error) {
      if (isLockLost(error)) return 'lock-lost';
      throw error;
    }
    this.#held.delete(lockToken);
    const { receiver } = held;
    const isLast = ![...this.#held.values()].some((other) => other.receiver === receiver);
    if (isLast && 'sessionId' in receiver) await receiver.close();
    return done;
  }

  #heldBy(lockToken: string): Held {
    const held = this.#held.get(lockToken);
    if (held === undefined) throw new Error(`nothing was received under the lock ${lockToken}`);
    return held;
  }
}

const isLockLost = (error: unknown): boolean =>
  isServiceBusError(error)
    ? LOCK_LOST.includes(error.code)
    : error instanceof Error && error.message === SETTLED_BEFORE;

const toSend = ({ applicationProperties, subject, ...message }: BusMessage) => ({
  ...message,
  ...(subject !== undefined && { subject }),
  applicationProperties: {
    ...applicationProperties,
    ...(subject !== undefined && { cloudEvents_type: subject }),
  },
});
