import { randomUUID } from 'node:crypto';
import type { AmqpMessage } from './received-message';

export interface QueueOptions {
  readonly requiresSession: boolean;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
}

/** A message's place in one subscription, or in its dead letters. */
export interface Entry {
  readonly sequence: number;
  readonly enqueuedAtMs: number;
  readonly message: AmqpMessage;
  readonly sessionId: string | null;
  /** Deliveries that failed: what AMQP's header counts. */
  failedDeliveries: number;
  lock: { readonly token: string; untilMs: number; readonly holder: object } | null;
}

export interface SessionLock {
  readonly sessionId: string;
  readonly holder: object;
  untilMs: number;
}

/** Told of every change that must outlive the process. */
export interface QueueJournal {
  put(entry: Entry): void;
  remove(sequence: number): void;
}

export type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'dead-lettered'; readonly reason: string; readonly description: string };

type Bury = (entry: Entry, reason: string, description: string) => void;

/** The messages of a subscription in their order, with the locks on them and on their sessions. */
export class MessageQueue {
  readonly #entries = new Map<number, Entry>();
  readonly #sessions = new Map<string, SessionLock>();
  readonly #waiting = new Set<() => void>();

  /** How often a lock was renewed. */
  renewals = 0;

  constructor(
    public options: QueueOptions,
    private readonly now: () => number,
    private readonly bury: Bury,
    private readonly journal: QueueJournal,
  ) {}

  add(entry: Entry): void {
    this.#entries.set(entry.sequence, entry);
    this.journal.put(entry);
    this.#announce();
  }

  /** Puts back what a journal kept; locks did not outlive the process. */
  restore(entries: readonly Entry[]): void {
    for (const entry of entries) this.#entries.set(entry.sequence, entry);
  }

  /** Calls back whenever a message or session may have become free. Returns a function that ends it. */
  onReady(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => void this.#waiting.delete(listener);
  }

  /** Locks the oldest free message, of the session where one is held. */
  take(holder: object, session: SessionLock | null): Entry | null {
    if (session !== null && !this.holds(session)) return null;
    for (const entry of this.#entries.values()) {
      if (entry.lock !== null || (session !== null && entry.sessionId !== session.sessionId)) continue;
      const untilMs = session?.untilMs ?? this.now() + this.options.lockDurationMs;
      entry.lock = { token: randomUUID(), untilMs, holder };
      return entry;
    }
    return null;
  }

  /** Null: held by somebody else, or, where none was named, no free session has a message. */
  acceptSession(name: string | null, holder: object): SessionLock | null {
    const sessionId = name ?? this.#nextFreeSession();
    if (sessionId === null || this.#sessions.has(sessionId)) return null;
    const lock = { sessionId, holder, untilMs: this.now() + this.options.lockDurationMs };
    this.#sessions.set(sessionId, lock);
    return lock;
  }

  holds(session: SessionLock): boolean {
    return this.#sessions.get(session.sessionId) === session;
  }

  /** False where the lock was lost. */
  settle(token: string, outcome: Outcome): boolean {
    const entry = this.#lockedBy(token);
    if (entry === null) return false;
    if (outcome.kind === 'completed') this.#remove(entry);
    else if (outcome.kind === 'abandoned') this.#fail(entry);
    else this.#bury(entry, outcome.reason, outcome.description);
    this.#announce();
    return true;
  }

  /** The new end; null where the lock was lost. */
  renew(token: string): number | null {
    const entry = this.#lockedBy(token);
    if (entry?.lock == null) return null;
    this.renewals += 1;
    entry.lock.untilMs = this.now() + this.options.lockDurationMs;
    return entry.lock.untilMs;
  }

  renewSession(sessionId: string): number | null {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return null;
    this.renewals += 1;
    session.untilMs = this.now() + this.options.lockDurationMs;
    for (const { sessionId: of, lock } of this.#entries.values())
      if (of === sessionId && lock !== null) lock.untilMs = session.untilMs;
    return session.untilMs;
  }

  /** A closed link gives its session back, without counting a delivery; locks of other messages run out. */
  releaseSession(session: SessionLock): void {
    if (!this.holds(session)) return;
    this.#sessions.delete(session.sessionId);
    for (const entry of this.#entries.values()) if (entry.sessionId === session.sessionId) entry.lock = null;
    this.#announce();
  }

  /** Ends locks that ran out; with `all`, every lock. Their deliveries count as failed. */
  expire(all = false): void {
    const over = (untilMs: number): boolean => all || untilMs <= this.now();
    let freed = false;
    for (const session of [...this.#sessions.values()].filter(({ untilMs }) => over(untilMs))) {
      this.#sessions.delete(session.sessionId);
      freed = true;
    }
    for (const entry of [...this.#entries.values()]) {
      if (entry.lock === null || !over(entry.lock.untilMs)) continue;
      this.#fail(entry);
      freed = true;
    }
    if (freed) this.#announce();
  }

  /** Without locks, in order. */
  peek(fromSequence: number, limit: number, sessionId: string | null): readonly Entry[] {
    return [...this.#entries.values()]
      .filter((each) => each.sequence >= fromSequence && (sessionId === null || each.sessionId === sessionId))
      .slice(0, limit);
  }

  get size(): number {
    return this.#entries.size;
  }

  #nextFreeSession(): string | null {
    for (const { sessionId } of this.#entries.values())
      if (sessionId !== null && !this.#sessions.has(sessionId)) return sessionId;
    return null;
  }

  #lockedBy(token: string): Entry | null {
    this.expire();
    for (const entry of this.#entries.values()) if (entry.lock?.token === token) return entry;
    return null;
  }

  #fail(entry: Entry): void {
    entry.lock = null;
    entry.failedDeliveries += 1;
    if (entry.failedDeliveries >= this.options.maxDeliveryCount) {
      const description = `Message could not be consumed after ${this.options.maxDeliveryCount} delivery attempts.`;
      this.#bury(entry, 'MaxDeliveryCountExceeded', description);
    } else this.journal.put(entry);
  }

  #bury(entry: Entry, reason: string, description: string): void {
    entry.lock = null;
    this.#remove(entry);
    this.bury(entry, reason, description);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.sequence);
    this.journal.remove(entry.sequence);
  }

  #announce(): void {
    for (const listener of [...this.#waiting]) listener();
  }
}
