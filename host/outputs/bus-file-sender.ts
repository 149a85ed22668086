import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { QUEUE_SUBSCRIPTION, SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { bodyOf } from './output-binding';
import type { MessageEntity, MessageSender, OutputsContext } from './output-target';

/** Sends through `bus.db`. A queue that nobody reads yet keeps its messages; a topic has only subscriptions that somebody reads. */
export class BusFileSender implements MessageSender {
  readonly #bus: SqliteBus;
  readonly #ensured = new Set<string>();

  constructor({ dataDir, clock }: Pick<OutputsContext, 'dataDir' | 'clock'>) {
    this.#bus = new SqliteBus({ path: join(dataDir, 'bus.db'), now: () => clock.now() });
  }

  async send(entity: MessageEntity, bodies: readonly unknown[]): Promise<void> {
    this.#ensure(entity);
    const messages = bodies.map((body) => ({ messageId: randomUUID(), body: bodyOf(body) }));
    this.#bus.publish(entity.name, messages);
  }

  async close(): Promise<void> {
    this.#bus.close();
  }

  #ensure({ kind, name }: MessageEntity): void {
    if (this.#ensured.has(name)) return;
    const isThere = this.#bus
      .subscriptions()
      .some((each) => each.topic === name && each.name === QUEUE_SUBSCRIPTION);
    if (kind === 'topic') this.#bus.ensureTopic(name);
    else if (!isThere) this.#bus.ensureSubscription(name, QUEUE_SUBSCRIPTION);
    this.#ensured.add(name);
  }
}
