import type { DatabaseSync } from 'node:sqlite';
import { MigrationError } from '../../contracts/errors';
import type { Row } from './sqlite-bus-messages';

export interface TopicOptions {
  /** How long a message id is remembered, 20 s to 7 days on Azure. */
  readonly duplicateWindowMs: number;
}

export interface SubscriptionOptions {
  /** Fixed at creation. */
  readonly requiresSession: boolean;
  readonly maxDeliveryCount: number;
  /** At most five minutes on Azure. */
  readonly lockDurationMs: number;
  /** Only messages with one of these subjects; null for all. */
  readonly subjects: readonly string[] | null;
}

export interface Subscription extends SubscriptionOptions {
  readonly id: number;
  readonly topic: string;
  readonly name: string;
}

export interface SubscriptionCounts {
  readonly topic: string;
  readonly name: string;
  readonly activeMessages: number;
  readonly deadLetters: number;
}

/** Azure's defaults. */
export const TOPIC_DEFAULTS: TopicOptions = { duplicateWindowMs: 600_000 };
export const SUBSCRIPTION_DEFAULTS: SubscriptionOptions = {
  requiresSession: false,
  maxDeliveryCount: 10,
  lockDurationMs: 60_000,
  subjects: null,
};

/** Topics and subscriptions of one bus file. Nothing is cached: another process may create one at any time. */
export const prepareTopics = (db: DatabaseSync) => {
  const putTopic = db.prepare(
    `insert into topics (name, duplicate_window_ms) values (?, ?)
     on conflict (name) do update set duplicate_window_ms = excluded.duplicate_window_ms`,
  );
  const addTopic = db.prepare(
    'insert into topics (name, duplicate_window_ms) values (?, ?) on conflict do nothing',
  );
  const topicNamed = db.prepare('select duplicate_window_ms from topics where name = ?');
  const putSubscription = db.prepare(
    `insert into subscriptions (topic, name, requires_session, max_delivery_count, lock_duration_ms, subjects)
     values (?, ?, ?, ?, ?, ?)
     on conflict (topic, name) do update set max_delivery_count = excluded.max_delivery_count,
       lock_duration_ms = excluded.lock_duration_ms, subjects = excluded.subjects`,
  );
  const subscriptionNamed = db.prepare('select * from subscriptions where topic = ? and name = ?');
  const subscriptionsOf = db.prepare('select * from subscriptions where topic = ? order by id');
  const counts = db.prepare(
    `select topic, name,
       (select count(*) from deliveries d where d.subscription_id = s.id) as active,
       (select count(*) from dead_letters d where d.subscription_id = s.id) as dead
     from subscriptions s order by topic, name`,
  );

  const find = (topic: string, name: string): Subscription | null => {
    const row = subscriptionNamed.get(topic, name);
    return row === undefined ? null : decodeSubscription(row);
  };

  return {
    ensureTopic: (name: string, options?: TopicOptions): void => {
      if (options === undefined) addTopic.run(name, TOPIC_DEFAULTS.duplicateWindowMs);
      else putTopic.run(name, options.duplicateWindowMs);
    },
    topic: (name: string): TopicOptions => {
      const row = topicNamed.get(name);
      if (row === undefined) throw new MigrationError('not-found', `there is no topic ${name}`);
      return { duplicateWindowMs: Number(row['duplicate_window_ms']) };
    },
    ensureSubscription: (topic: string, name: string, options: SubscriptionOptions): void => {
      const existing = find(topic, name);
      if (existing !== null && existing.requiresSession !== options.requiresSession) {
        throw new MigrationError(
          'conflict',
          `subscription ${topic}/${name} was created ${existing.requiresSession ? 'with' : 'without'} sessions, which cannot be changed`,
        );
      }
      putSubscription.run(
        topic,
        name,
        Number(options.requiresSession),
        options.maxDeliveryCount,
        options.lockDurationMs,
        options.subjects === null ? null : JSON.stringify(options.subjects),
      );
    },
    subscription: (topic: string, name: string): Subscription => {
      const found = find(topic, name);
      if (found === null) throw new MigrationError('not-found', `there is no subscription ${topic}/${name}`);
      return found;
    },
    subscriptionsOf: (topic: string): readonly Subscription[] =>
      subscriptionsOf.all(topic).map(decodeSubscription),
    counts: (): readonly SubscriptionCounts[] =>
      counts.all().map((row) => ({
        topic: String(row['topic']),
        name: String(row['name']),
        activeMessages: Number(row['active']),
        deadLetters: Number(row['dead']),
      })),
  };
};

const decodeSubscription = (row: Row): Subscription => ({
  id: Number(row['id']),
  topic: String(row['topic']),
  name: String(row['name']),
  requiresSession: row['requires_session'] === 1,
  maxDeliveryCount: Number(row['max_delivery_count']),
  lockDurationMs: Number(row['lock_duration_ms']),
  subjects: row['subjects'] === null ? null : (JSON.parse(String(row['subjects'])) as string[]),
});
