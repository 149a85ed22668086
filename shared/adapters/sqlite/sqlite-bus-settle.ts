import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './sqlite-bus-messages';

/** `lock-lost`: the lock ended before, so the message is, or will be, handed out again. */
export type Completion = 'completed' | 'lock-lost';
export type Abandonment = 'abandoned' | 'dead-lettered' | 'lock-lost';
export type DeadLettering = 'dead-lettered' | 'lock-lost';

const TOO_MANY_DELIVERIES = 'MaxDeliveryCountExceeded';

/** What ends or prolongs a peek lock; the caller holds the transaction. */
export const prepareSettle = (db: DatabaseSync) => {
  const locked = db.prepare(
    `select d.*, s.max_delivery_count, s.lock_duration_ms from deliveries d
     join subscriptions s on s.id = d.subscription_id where d.lock_token = ? and d.next_at_ms > ?`,
  );
  const remove = db.prepare('delete from deliveries where subscription_id = ? and sequence = ?');
  const promoteNext = db.prepare(
    `update deliveries set head = 1 where subscription_id = ?1 and sequence =
       (select min(sequence) from deliveries where subscription_id = ?1 and session_id = ?2)`,
  );
  const release = db.prepare(
    'update deliveries set lock_token = null, next_at_ms = ? where subscription_id = ? and sequence = ?',
  );
  const renew = db.prepare('update deliveries set next_at_ms = ? where lock_token = ?');
  const bury = db.prepare(
    `insert into dead_letters (subscription_id, sequence, session_id, delivery_count, reason, description, dead_lettered_at_ms)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  const forgetMessage = db.prepare(
    `delete from messages where sequence = ?1
     and not exists (select 1 from deliveries where sequence = ?1)
     and not exists (select 1 from dead_letters where sequence = ?1)`,
  );
  const releaseAll = db.prepare(
    'update deliveries set lock_token = null, next_at_ms = 0 where lock_token is not null',
  );

  const removeDelivery = (row: Row): void => {
    const [subscriptionId, sequence] = [Number(row['subscription_id']), Number(row['sequence'])];
    remove.run(subscriptionId, sequence);
    if (row['session_id'] !== null) promoteNext.run(subscriptionId, String(row['session_id']));
  };

  const moveToDeadLetters = (row: Row, reason: string, description: string, nowMs: number): void => {
    bury.run(
      Number(row['subscription_id']),
      Number(row['sequence']),
      row['session_id'] === null ? null : String(row['session_id']),
      Number(row['delivery_count']),
      reason,
      description,
      nowMs,
    );
    removeDelivery(row);
  };

  const buryExhausted = (row: Row, nowMs: number): void => {
    const times = Number(row['delivery_count']);
    moveToDeadLetters(row, TOO_MANY_DELIVERIES, `Not completed in ${times} deliveries.`, nowMs);
  };

  return {
    buryExhausted,
    complete: (lockToken: string, nowMs: number): Completion => {
      const row = locked.get(lockToken, nowMs);
      if (row === undefined) return 'lock-lost';
      removeDelivery(row);
      forgetMessage.run(Number(row['sequence']));
      return 'completed';
    },
    abandon: (lockToken: string, delayMs: number, nowMs: number): Abandonment => {
      const row = locked.get(lockToken, nowMs);
      if (row === undefined) return 'lock-lost';
      if (Number(row['delivery_count']) >= Number(row['max_delivery_count'])) {
        buryExhausted(row, nowMs);
        return 'dead-lettered';
      }
      const nextAtMs = delayMs > 0 ? nowMs + delayMs : 0;
      release.run(nextAtMs, Number(row['subscription_id']), Number(row['sequence']));
      return 'abandoned';
    },
    deadLetter: (lockToken: string, reason: string, description: string, nowMs: number): DeadLettering => {
      const row = locked.get(lockToken, nowMs);
      if (row === undefined) return 'lock-lost';
      moveToDeadLetters(row, reason, description, nowMs);
      return 'dead-lettered';
    },
    renewLock: (lockToken: string, nowMs: number): number | null => {
      const row = locked.get(lockToken, nowMs);
      if (row === undefined) return null;
      const lockedUntilMs = nowMs + Number(row['lock_duration_ms']);
      renew.run(lockedUntilMs, lockToken);
      return lockedUntilMs;
    },
    releaseAllLocks: (): number => Number(releaseAll.run().changes),
  };
};
