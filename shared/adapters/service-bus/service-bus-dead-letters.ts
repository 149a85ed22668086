import { createHash } from 'node:crypto';
import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import type { DeadLetter } from '../../contracts/dead-letter';
import { MigrationError } from '../../contracts/errors';
import type { DeadLetters } from '../../ports/dead-letters';
import { connectServiceBus, TOPIC, type ServiceBusAccess } from './connect-service-bus';

const BATCH = 100;
const RECEIVE_WAIT_MS = 2_000;

/** Dead letters of a namespace. People ask for them now and then, so each call connects for itself. */
export const openServiceBusDeadLetters = (access: ServiceBusAccess): DeadLetters => ({
  list: (subscription, after, limit) =>
    withReceiver(access, subscription, async (receiver) => {
      const found = await peekBeyond(receiver, after, limit);
      return found.map((message) => toDeadLetter(subscription, message));
    }),
  replay: (subscription, sequenceNumber) =>
    withReceiver(access, subscription, async (receiver, client) => {
      const message = await take(receiver, sequenceNumber);
      if (message?.sessionId === undefined) return 'not-found';
      await client.createSender(TOPIC).sendMessages(again(subscription, message));
      await receiver.completeMessage(message);
      return 'replayed';
    }),
});

/** A client remembers how far it peeked, for all its receivers of a subscription: hence a new one each time. */
const withReceiver = async <T>(
  access: ServiceBusAccess,
  subscription: string,
  work: (receiver: ServiceBusReceiver, client: ServiceBusClient) => Promise<T>,
): Promise<T> => {
  const client = connectServiceBus(access);
  try {
    return await work(client.createReceiver(TOPIC, subscription, { subQueueType: 'deadLetter' }), client);
  } catch (error) {
    const isUnknown = isServiceBusError(error) && error.code === 'MessagingEntityNotFound';
    if (!isUnknown) throw error;
    throw new MigrationError('not-found', `there is no subscription ${subscription}`, { cause: error });
  } finally {
    await client.close();
  }
};

/** The SDK exports no way to make the number to start from, so it is reckoned from the first that is there. */
const peekBeyond = async (
  receiver: ServiceBusReceiver,
  after: number,
  limit: number,
): Promise<readonly ServiceBusReceivedMessage[]> => {
  const [first] = await receiver.peekMessages(1);
  if (first?.sequenceNumber === undefined) return [];
  const gap = Math.max(after + 1 - first.sequenceNumber.toNumber(), 0);
  return receiver.peekMessages(limit, { fromSequenceNumber: first.sequenceNumber.add(gap) });
};

/** Dead letters come in order, so what lies before the one wanted is locked on the way and given back. */
const take = async (
  receiver: ServiceBusReceiver,
  sequenceNumber: number,
): Promise<ServiceBusReceivedMessage | null> => {
  const [wanted] = await peekBeyond(receiver, sequenceNumber - 1, 1);
  if (numberOf(wanted) !== sequenceNumber) return null;
  const passed: ServiceBusReceivedMessage[] = [];
  try {
    for (;;) {
      const messages = await receiver.receiveMessages(BATCH, { maxWaitTimeInMs: RECEIVE_WAIT_MS });
      const found = messages.find((message) => numberOf(message) === sequenceNumber);
      passed.push(...messages.filter((message) => message !== found));
      if (found !== undefined) return found;
      if (messages.length === 0) return null;
    }
  } finally {
    for (const message of passed) await receiver.abandonMessage(message);
  }
};

const numberOf = (message: ServiceBusReceivedMessage | undefined): number | undefined =>
  message?.sequenceNumber?.toNumber();

const toDeadLetter = (subscription: string, message: ServiceBusReceivedMessage): DeadLetter => ({
  subscription,
  sequenceNumber: numberOf(message) ?? 0,
  eventId: String(message.applicationProperties?.['replayOf'] ?? message.messageId),
  type: message.subject ?? null,
  subject: message.sessionId ?? null,
  enqueuedAt: (message.enqueuedTimeUtc ?? new Date(0)).toISOString(),
  deliveryCount: message.deliveryCount ?? 0,
  reason: message.deadLetterReason ?? '',
  description: message.deadLetterErrorDescription ?? '',
});

/**
 * The message once more. Under its own id the topic would drop it as a duplicate; the new one follows from the dead letter, so that
 * a replay repeated before the dead letter is gone is dropped.
 */
const again = (subscription: string, message: ServiceBusReceivedMessage): ServiceBusMessage => {
  const {
    DeadLetterReason: _reason,
    DeadLetterErrorDescription: _description,
    ...properties
  } = message.applicationProperties ?? {};
  const origin = `${subscription}/${String(numberOf(message))}/${String(message.messageId)}`;
  return {
    messageId: `replay-${createHash('sha256').update(origin).digest('hex')}`,
    body: message.body as unknown,
    applicationProperties: {
      ...properties,
      replayOf: String(properties['replayOf'] ?? message.messageId),
      replayFor: subscription,
    },
    ...(message.sessionId !== undefined && { sessionId: message.sessionId }),
    ...(message.subject !== undefined && { subject: message.subject }),
    ...(message.contentType !== undefined && { contentType: message.contentType }),
  };
};
