import type { FileFormat } from './open-database';

/**
 * A message is stored once and delivered to each subscription by a row of its own; it goes when the last of them is gone.
 *
 * `head` marks what may be handed out next: every delivery of a subscription without sessions, the oldest of each session
 * otherwise. `next_at_ms` is the end of the lock where there is a token, else the end of a delay; 0 when it never waited,
 * so that a clock set back does not hide new messages.
 */
export const BUS_FORMAT: FileFormat = {
  kind: 'bus',
  applicationId: 0x43576275,
  version: 1,
  schema: `
    create table topics (
      name text primary key,
      duplicate_window_ms integer not null
    ) strict, without rowid;

    create table subscriptions (
      id integer primary key,
      topic text not null references topics (name),
      name text not null,
      requires_session integer not null,
      max_delivery_count integer not null,
      lock_duration_ms integer not null,
      subjects text,
      unique (topic, name)
    ) strict;

    create table messages (
      sequence integer primary key autoincrement,
      topic text not null references topics (name),
      message_id text not null,
      session_id text,
      subject text,
      correlation_id text,
      content_type text not null,
      properties text not null,
      body text not null,
      enqueued_at_ms integer not null
    ) strict;

    create table deliveries (
      subscription_id integer not null references subscriptions (id),
      sequence integer not null references messages (sequence),
      session_id text,
      head integer not null,
      delivery_count integer not null default 0,
      next_at_ms integer not null default 0,
      lock_token text,
      primary key (subscription_id, sequence)
    ) strict, without rowid;
    create index deliveries_by_head on deliveries (subscription_id, sequence) where head = 1;
    create index deliveries_by_session on deliveries (subscription_id, session_id, sequence) where session_id is not null;
    create index deliveries_by_time on deliveries (subscription_id, next_at_ms) where next_at_ms > 0;
    create unique index deliveries_by_lock on deliveries (lock_token) where lock_token is not null;
    create index deliveries_by_locked_session on deliveries (subscription_id, session_id)
      where lock_token is not null and session_id is not null;
    create index deliveries_by_message on deliveries (sequence);

    create table dead_letters (
      subscription_id integer not null references subscriptions (id),
      sequence integer not null references messages (sequence),
      session_id text,
      delivery_count integer not null,
      reason text not null,
      description text not null,
      dead_lettered_at_ms integer not null,
      primary key (subscription_id, sequence)
    ) strict, without rowid;
    create index dead_letters_by_message on dead_letters (sequence);

    create table recent_message_ids (
      topic text not null,
      message_id text not null,
      expires_at_ms integer not null,
      primary key (topic, message_id)
    ) strict, without rowid;
    create index recent_message_ids_by_expiry on recent_message_ids (expires_at_ms);
  `,
};
