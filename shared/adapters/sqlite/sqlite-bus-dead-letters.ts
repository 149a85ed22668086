import type { DatabaseSync } from 'node:sqlite';
import { decodeMessage, type DeadLetter } from './sqlite-bus-messages';
import type { Subscription } from './sqlite-bus-topics';

/** What a subscription gave up on; the caller holds the transaction. */
export const prepareDeadLetters = (db: DatabaseSync) => {
  const page = db.prepare(
    `select m.*, d.delivery_count, d.reason, d.description, d.dead_lettered_at_ms from dead_letters d
     join messages m on m.sequence = d.sequence where d.subscription_id = ? and d.sequence > ? order by d.sequence limit ?`,
  );
  const remove = db.prepare('delete from dead_letters where subscription_id = ? and sequence = ?');
  const restore = db.prepare(
    `insert into deliveries (subscription_id, sequence, session_id, head)
     select subscription_id, sequence, session_id, session_id is null from dead_letters where subscription_id = ? and sequence = ?`,
  );
  const demoteHead = db.prepare(
    `update deliveries set head = 0 where subscription_id = ?1 and head = 1
       and session_id = (select session_id from deliveries where subscription_id = ?1 and sequence = ?2)`,
  );
  const promoteOldest = db.prepare(
    `update deliveries set head = 1 where subscription_id = ?1 and sequence = (select min(sequence) from deliveries
       where subscription_id = ?1 and session_id = (select session_id from deliveries where subscription_id = ?1 and sequence = ?2))`,
  );
  const isWithoutSession = db.prepare(
    'select 1 from dead_letters where subscription_id = ? and sequence = ? and session_id is null',
  );

  return {
    list: (subscription: Subscription, afterSequence: number, limit: number): readonly DeadLetter[] =>
      page.all(subscription.id, afterSequence, limit).map((row) => ({
        ...decodeMessage(row),
        deliveryCount: Number(row['delivery_count']),
        reason: String(row['reason']),
        description: String(row['description']),
        deadLetteredAtMs: Number(row['dead_lettered_at_ms']),
      })),
    replay: (subscription: Subscription, sequence: number): boolean => {
      if (subscription.requiresSession && isWithoutSession.get(subscription.id, sequence)) return false;
      if (restore.run(subscription.id, sequence).changes === 0) return false;
      remove.run(subscription.id, sequence);
      demoteHead.run(subscription.id, sequence);
      promoteOldest.run(subscription.id, sequence);
      return true;
    },
  };
};
