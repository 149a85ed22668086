import type { DatabaseSync } from 'node:sqlite';
import { encodeMessage, type BusMessage } from './sqlite-bus-messages';
import type { Subscription, TopicOptions } from './sqlite-bus-topics';

export interface PublishReceipt {
  readonly accepted: number;
  /** Dropped because the topic saw their ids within its window. */
  readonly duplicates: number;
}

/** Azure's word for what a subscription with sessions does to a message without one. */
const NO_SESSION = 'Session ID is null';

/** Stores messages and their deliveries; the caller holds the transaction. */
export const preparePublish = (db: DatabaseSync) => {
  const forgetIds = db.prepare('delete from recent_message_ids where expires_at_ms <= ?');
  const rememberId = db.prepare(
    'insert into recent_message_ids (topic, message_id, expires_at_ms) values (?, ?, ?) on conflict do nothing',
  );
  const addMessage = db.prepare(
    `insert into messages (topic, message_id, session_id, subject, correlation_id, content_type, properties, body, enqueued_at_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addDelivery = db.prepare('insert into deliveries (subscription_id, sequence, head) values (?, ?, 1)');
  const addSessionDelivery = db.prepare(
    `insert into deliveries (subscription_id, sequence, session_id, head)
     select ?1, ?2, ?3, not exists (select 1 from deliveries where subscription_id = ?1 and session_id = ?3)`,
  );
  const addDeadLetter = db.prepare(
    `insert into dead_letters (subscription_id, sequence, delivery_count, reason, description, dead_lettered_at_ms)
     values (?, ?, 0, ?, ?, ?)`,
  );

  const deliver = (
    subscription: Subscription,
    sequence: number | bigint,
    message: BusMessage,
    nowMs: number,
  ) => {
    if (!subscription.requiresSession) addDelivery.run(subscription.id, sequence);
    else if (message.sessionId !== undefined) {
      addSessionDelivery.run(subscription.id, sequence, message.sessionId);
    } else {
      const description = 'A subscription with sessions takes no message without a session id.';
      addDeadLetter.run(subscription.id, sequence, NO_SESSION, description, nowMs);
    }
  };

  const publishOne = (topic: string, message: BusMessage, takers: readonly Subscription[], nowMs: number) => {
    const { properties, body } = encodeMessage(message);
    if (takers.length === 0) return;
    const { lastInsertRowid } = addMessage.run(
      topic,
      message.messageId,
      message.sessionId ?? null,
      message.subject ?? null,
      message.correlationId ?? null,
      message.contentType ?? 'application/json',
      properties,
      body,
      nowMs,
    );
    for (const taker of takers) deliver(taker, lastInsertRowid, message, nowMs);
  };

  return (
    topic: string,
    options: TopicOptions,
    subscriptions: readonly Subscription[],
    messages: readonly BusMessage[],
    nowMs: number,
  ): PublishReceipt => {
    forgetIds.run(nowMs);
    let accepted = 0;
    for (const message of messages) {
      if (rememberId.run(topic, message.messageId, nowMs + options.duplicateWindowMs).changes === 0) continue;
      publishOne(
        topic,
        message,
        subscriptions.filter((each) => takes(each, message)),
        nowMs,
      );
      accepted += 1;
    }
    return { accepted, duplicates: messages.length - accepted };
  };
};

const takes = (subscription: Subscription, message: BusMessage): boolean =>
  subscription.subjects === null ||
  (message.subject !== undefined && subscription.subjects.includes(message.subject));
