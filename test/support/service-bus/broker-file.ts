import { DatabaseSync } from 'node:sqlite';
import { decodeMessage, encodeMessage } from './amqp-message';
import type { Entry } from './message-queue';
import type { TopicJournal } from './topic';

interface ClosableJournal extends TopicJournal {
  close(): void;
}

/** Of a broker that forgets everything when it stops. */
export const NO_JOURNAL: ClosableJournal = {
  queue: () => ({ put: () => undefined, remove: () => undefined, entries: () => [] }),
  rememberId: () => undefined,
  rememberedIds: () => [],
  lastSequence: () => 0,
  close: () => undefined,
};

const SCHEMA = `
  create table if not exists entries (
    queue text not null, sequence integer not null, enqueued_at_ms integer not null, session_id text,
    failed_deliveries integer not null, message blob not null, primary key (queue, sequence)) strict;
  create table if not exists message_ids (
    topic text not null, message_id text not null, until_ms integer not null, primary key (topic, message_id)) strict;`;

/** Keeps messages, dead letters and remembered ids in a SQLite file. Locks end with the process. */
export class SqliteTopicJournal implements ClosableJournal {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${SCHEMA}`);
  }

  queue(subscription: string, isDeadLetters: boolean): ReturnType<TopicJournal['queue']> {
    const name = isDeadLetters ? `${subscription}/$DeadLetterQueue` : subscription;
    const put = this.#db.prepare('insert or replace into entries values (?, ?, ?, ?, ?, ?)');
    const remove = this.#db.prepare('delete from entries where queue = ? and sequence = ?');
    const all = this.#db.prepare('select * from entries where queue = ? order by sequence');
    return {
      put: ({ sequence, enqueuedAtMs, sessionId, failedDeliveries, message }) =>
        void put.run(name, sequence, enqueuedAtMs, sessionId, failedDeliveries, encodeMessage(message)),
      remove: (sequence) => void remove.run(name, sequence),
      entries: () =>
        all.all(name).map((row): Entry => ({
          sequence: Number(row['sequence']),
          enqueuedAtMs: Number(row['enqueued_at_ms']),
          sessionId: row['session_id'] === null ? null : String(row['session_id']),
          failedDeliveries: Number(row['failed_deliveries']),
          message: decodeMessage(Buffer.from(row['message'] as Uint8Array)),
          lock: null,
        })),
    };
  }

  rememberId(topic: string, messageId: string, untilMs: number): void {
    this.#db.prepare('insert or replace into message_ids values (?, ?, ?)').run(topic, messageId, untilMs);
  }

  rememberedIds(topic: string): readonly (readonly [string, number])[] {
    const rows = this.#db.prepare('select message_id, until_ms from message_ids where topic = ?').all(topic);
    return rows.map((row) => [String(row['message_id']), Number(row['until_ms'])]);
  }

  lastSequence(): number {
    const row = this.#db.prepare('select max(sequence) as last from entries').get();
    return Number(row?.['last'] ?? 0);
  }

  close(): void {
    this.#db.close();
  }
}
