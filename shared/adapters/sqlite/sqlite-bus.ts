import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './in-transaction';
import { openDatabase } from './open-database';
import { prepareDeadLetters } from './sqlite-bus-dead-letters';
import type { BusMessage, DeadLetter, ReceivedMessage } from './sqlite-bus-messages';
import { preparePublish, type PublishReceipt } from './sqlite-bus-publish';
import { prepareReceive } from './sqlite-bus-receive';
import { BUS_FORMAT } from './sqlite-bus-schema';
import { prepareSettle, type Abandonment, type Completion, type DeadLettering } from './sqlite-bus-settle';
import {
  prepareTopics,
  SUBSCRIPTION_DEFAULTS,
  type SubscriptionCounts,
  type SubscriptionOptions,
  type TopicOptions,
} from './sqlite-bus-topics';
import { createWakeUp } from './sqlite-bus-wake-up';

/** The one subscription of a queue: a queue is a topic that nobody else subscribes to. */
export const QUEUE_SUBSCRIPTION = '$queue';

export interface SqliteBusOptions {
  readonly path: string;
  /** Milliseconds since 1970, for locks, delays and the duplicate window. */
  readonly now: () => number;
}

/**
 * Topics and subscriptions with the promises of Azure Service Bus, in one SQLite file. Delivery is at least once. Every method
 * is one durable commit; what it returns is stored. A message is kept until every subscription has completed it.
 * Several processes may use one file.
 */
export class SqliteBus {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #topics;
  readonly #publish;
  readonly #settle;
  readonly #receive;
  readonly #deadLetters;
  readonly #wakeUp;

  /** Creates the file where there is none. Throws `unsupported` for a file of another format. */
  constructor({ path, now }: SqliteBusOptions) {
    this.#db = openDatabase(path, BUS_FORMAT);
    this.#now = now;
    this.#topics = prepareTopics(this.#db);
    this.#publish = preparePublish(this.#db);
    this.#settle = prepareSettle(this.#db);
    this.#receive = prepareReceive(this.#db, this.#settle.buryExhausted);
    this.#deadLetters = prepareDeadLetters(this.#db);
    this.#wakeUp = createWakeUp(path, this.#db);
  }

  /** Idempotent. Without options an existing topic stays as it is and a new one has a duplicate window of ten minutes. */
  ensureTopic(topic: string, options?: TopicOptions): void {
    this.#commit(() => this.#topics.ensureTopic(topic, options));
  }

  /** Idempotent; the last options count. Sees messages published from now on. `conflict` where sessions would change. */
  ensureSubscription(topic: string, name: string, options: Partial<SubscriptionOptions> = {}): void {
    this.#commit(() => {
      this.#topics.ensureTopic(topic);
      this.#topics.ensureSubscription(topic, name, { ...SUBSCRIPTION_DEFAULTS, ...options });
    });
  }

  /** All subscriptions of the file with what waits in them. */
  subscriptions(): readonly SubscriptionCounts[] {
    return this.#topics.counts();
  }

  /**
   * All or nothing, in order. A message whose id the topic saw within its window counts as published and is dropped; one that no
   * subscription takes is not kept. `not-found` for an unknown topic, `limit-exceeded` and `invalid-input` for a bad message.
   */
  publish(topic: string, messages: readonly BusMessage[]): PublishReceipt {
    const receipt = this.#commit(() => {
      const options = this.#topics.topic(topic);
      return this.#publish(topic, options, this.#topics.subscriptionsOf(topic), messages, this.#now());
    });
    if (receipt.accepted > 0) this.#wakeUp.announce();
    return receipt;
  }

  /**
   * Locks and returns at most `limit` messages, oldest first; none where nothing is ready. With sessions they are of one session,
   * and nothing more of it is handed out until all of them are settled or their locks have ended.
   */
  receive(topic: string, subscription: string, limit = 1): readonly ReceivedMessage[] {
    return this.#commit(() =>
      this.#receive.receive(this.#topics.subscription(topic, subscription), limit, this.#now()),
    );
  }

  /**
   * When the first lock or delay in the subscription that lasts beyond the instant ends; null where there is none. Asked with
   * an instant from before a `receive` that gave nothing, it misses nothing that became ready since.
   */
  nextReadyAtMs(topic: string, subscription: string, afterMs: number): number | null {
    return this.#receive.nextReadyAtMs(this.#topics.subscription(topic, subscription), afterMs);
  }

  complete(lockToken: string): Completion {
    return this.#commit(() => this.#settle.complete(lockToken, this.#now()));
  }

  /** Gives the message back for after the delay, in its old place; with sessions the rest of its session waits for it. */
  abandon(lockToken: string, delayMs = 0): Abandonment {
    const outcome = this.#commit(() => this.#settle.abandon(lockToken, delayMs, this.#now()));
    this.#wakeUp.announce();
    return outcome;
  }

  deadLetter(lockToken: string, reason: string, description: string): DeadLettering {
    return this.#commit(() => this.#settle.deadLetter(lockToken, reason, description, this.#now()));
  }

  /** Prolongs the lock by the subscription's lock duration from now and returns its new end; null where it was lost. */
  renewLock(lockToken: string): number | null {
    return this.#commit(() => this.#settle.renewLock(lockToken, this.#now()));
  }

  /** In order of publication. */
  deadLetters(
    topic: string,
    subscription: string,
    page: { readonly afterSequence?: number; readonly limit?: number } = {},
  ): readonly DeadLetter[] {
    const found = this.#topics.subscription(topic, subscription);
    return this.#deadLetters.list(found, page.afterSequence ?? 0, page.limit ?? 100);
  }

  /**
   * Puts a dead letter back into its subscription, in its old place and with a fresh delivery count. False where there is no such
   * dead letter, or it lacks the session id that the subscription requires.
   */
  replayDeadLetter(topic: string, subscription: string, sequenceNumber: number): boolean {
    const replayed = this.#commit(() =>
      this.#deadLetters.replay(this.#topics.subscription(topic, subscription), sequenceNumber),
    );
    if (replayed) this.#wakeUp.announce();
    return replayed;
  }

  /**
   * Frees what a process that died had locked and returns how many messages that were; each has still had that delivery.
   * Only for the one process that consumes the file, before it receives anything.
   */
  releaseAllLocks(): number {
    return this.#commit(() => this.#settle.releaseAllLocks());
  }

  /** Calls back when a message may have become ready, except by the passing of time. Returns a function that ends it. */
  onReady(listener: () => void): () => void {
    return this.#wakeUp.listen(listener);
  }

  close(): void {
    this.#wakeUp.close();
    this.#db.close();
  }

  #commit<T>(work: () => T): T {
    return inTransaction(this.#db, work);
  }
}
