import type { AmqpMessage } from './received-message';
import { MessageQueue, type Entry, type QueueJournal, type QueueOptions } from './message-queue';
import { filterOf } from './subscription-filter';

export interface SubscriptionOptions extends QueueOptions {
  /** A SQL expression; without one a subscription takes everything. */
  readonly filter?: string;
}

/** What outlives the process; nothing where a broker has no file. */
export interface TopicJournal {
  queue(subscription: string, isDeadLetters: boolean): QueueJournal & { entries(): readonly Entry[] };
  rememberId(topic: string, messageId: string, untilMs: number): void;
  /** Each with the instant it is forgotten at. */
  rememberedIds(topic: string): readonly (readonly [string, number])[];
  lastSequence(): number;
}

export interface Subscription {
  readonly queue: MessageQueue;
  readonly deadLetters: MessageQueue;
  takes: (message: AmqpMessage) => boolean;
}

const DEFAULTS: SubscriptionOptions = {
  requiresSession: false,
  lockDurationMs: 60_000,
  maxDeliveryCount: 10,
};

/** A topic with duplicate detection; each subscription gets a copy of what its filter lets through. */
export class Topic {
  readonly subscriptions = new Map<string, Subscription>();
  readonly #seenUntilMs = new Map<string, number>();
  #sequence: number;

  constructor(
    readonly name: string,
    public duplicateWindowMs: number,
    private readonly now: () => number,
    private readonly journal: TopicJournal,
  ) {
    this.#sequence = journal.lastSequence();
    for (const [id, untilMs] of journal.rememberedIds(name)) this.#seenUntilMs.set(id, untilMs);
  }

  ensureSubscription(name: string, options: Partial<SubscriptionOptions> = {}): Subscription {
    const all = { ...DEFAULTS, ...options };
    const existing = this.subscriptions.get(name.toLowerCase());
    if (existing === undefined) return this.#create(name.toLowerCase(), all);
    existing.queue.options = all;
    existing.takes = takerOf(all);
    return existing;
  }

  /** Stores all, in order; what was seen within the window is passed over. */
  publish(messages: readonly AmqpMessage[]): void {
    const nowMs = this.now();
    for (const [id, untilMs] of this.#seenUntilMs) if (untilMs <= nowMs) this.#seenUntilMs.delete(id);
    for (const message of messages) {
      const id = message.message_id;
      if (id !== undefined && this.#seenUntilMs.has(id)) continue;
      if (id !== undefined && this.duplicateWindowMs > 0) this.#remember(id, nowMs + this.duplicateWindowMs);
      this.#deliver(message, nowMs);
    }
  }

  #remember(messageId: string, untilMs: number): void {
    this.#seenUntilMs.set(messageId, untilMs);
    this.journal.rememberId(this.name, messageId, untilMs);
  }

  #deliver(message: AmqpMessage, enqueuedAtMs: number): void {
    this.#sequence += 1;
    for (const { queue, deadLetters, takes } of this.subscriptions.values()) {
      if (!takes(message)) continue;
      const sessionId = message.group_id ?? null;
      const entry = {
        sequence: this.#sequence,
        enqueuedAtMs,
        message,
        sessionId,
        failedDeliveries: 0,
        lock: null,
      };
      if (queue.options.requiresSession && sessionId === null)
        deadLetters.add(
          buried(entry, 'Session ID is null', 'Session enabled entity takes no message without one.'),
        );
      else queue.add(entry);
    }
  }

  #create(name: string, options: SubscriptionOptions): Subscription {
    const journalOf = (isDeadLetters: boolean) => this.journal.queue(`${this.name}/${name}`, isDeadLetters);
    const deadLetterOptions = { ...options, requiresSession: false, maxDeliveryCount: Infinity };
    const deadLetters = new MessageQueue(deadLetterOptions, this.now, () => undefined, journalOf(true));
    const bury = (entry: Entry, reason: string, description: string): void =>
      deadLetters.add(buried(entry, reason, description));
    const queue = new MessageQueue(options, this.now, bury, journalOf(false));
    queue.restore(journalOf(false).entries());
    deadLetters.restore(journalOf(true).entries());
    const created = { queue, deadLetters, takes: takerOf(options) };
    this.subscriptions.set(name, created);
    return created;
  }
}

const takerOf = ({ filter }: SubscriptionOptions): Subscription['takes'] =>
  filter === undefined ? () => true : filterOf(filter);

const buried = (entry: Entry, reason: string, description: string): Entry => ({
  ...entry,
  lock: null,
  message: {
    ...entry.message,
    application_properties: {
      ...entry.message.application_properties,
      DeadLetterReason: reason,
      DeadLetterErrorDescription: description,
    },
  },
});
