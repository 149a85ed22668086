import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { decodeMessage, type ReceivedMessage, type Row } from './sqlite-bus-messages';
import type { Subscription } from './sqlite-bus-topics';

/**
 * Hands out messages under a lock; the caller holds the transaction. The indexes are named because the planner, without
 * statistics, walks over everything that waits behind a session's head.
 */
export const prepareReceive = (db: DatabaseSync, buryExhausted: (row: Row, nowMs: number) => void) => {
  const readyHeads = db.prepare(
    `select * from deliveries indexed by deliveries_by_head where subscription_id = ? and head = 1 and next_at_ms <= ? order by sequence limit ?`,
  );
  const readySession = db.prepare(
    `select * from deliveries d indexed by deliveries_by_head where subscription_id = ?1 and head = 1 and next_at_ms <= ?2
       and not exists (select 1 from deliveries l indexed by deliveries_by_locked_session where l.subscription_id = ?1 and l.session_id = d.session_id
         and l.lock_token is not null and l.next_at_ms > ?2)
     order by sequence limit 1`,
  );
  const oldestOfSession = db.prepare(
    'select * from deliveries where subscription_id = ? and session_id = ? order by sequence limit ?',
  );
  const lock = db.prepare(
    `update deliveries set lock_token = ?, next_at_ms = ?, delivery_count = delivery_count + 1
     where subscription_id = ? and sequence = ?`,
  );
  const messageAt = db.prepare('select * from messages where sequence = ?');
  const nextReady = db.prepare(
    'select min(next_at_ms) as at from deliveries where subscription_id = ? and next_at_ms > ?',
  );

  const candidates = (subscription: Subscription, limit: number, nowMs: number): readonly Row[] => {
    if (!subscription.requiresSession) return readyHeads.all(subscription.id, nowMs, limit);
    const head = readySession.get(subscription.id, nowMs);
    if (head === undefined || limit === 1) return head === undefined ? [] : [head];
    const rows = oldestOfSession.all(subscription.id, String(head['session_id']), limit);
    const waiting = rows.findIndex((row) => Number(row['next_at_ms']) > nowMs);
    return waiting === -1 ? rows : rows.slice(0, waiting);
  };

  const lockOne = (subscription: Subscription, row: Row, nowMs: number): ReceivedMessage => {
    const lockToken = randomUUID();
    const lockedUntilMs = nowMs + subscription.lockDurationMs;
    const sequence = Number(row['sequence']);
    lock.run(lockToken, lockedUntilMs, subscription.id, sequence);
    const stored = messageAt.get(sequence) as Row;
    return {
      ...decodeMessage(stored),
      lockToken,
      lockedUntilMs,
      deliveryCount: Number(row['delivery_count']) + 1,
    };
  };

  const receive = (subscription: Subscription, limit: number, nowMs: number): readonly ReceivedMessage[] => {
    for (;;) {
      const rows = candidates(subscription, limit, nowMs);
      const exhausted = rows.filter((row) => Number(row['delivery_count']) >= subscription.maxDeliveryCount);
      if (exhausted.length === 0) return rows.map((row) => lockOne(subscription, row, nowMs));
      for (const row of exhausted) buryExhausted(row, nowMs);
    }
  };

  return {
    receive,
    nextReadyAtMs: (subscription: Subscription, afterMs: number): number | null => {
      const at = nextReady.get(subscription.id, afterMs)?.['at'];
      return typeof at === 'number' ? at : null;
    },
  };
};
