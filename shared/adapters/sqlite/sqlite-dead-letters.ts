import { MigrationError } from '../../contracts/errors';
import type { DeadLetter } from '../../contracts/dead-letter';
import type { DeadLetters } from '../../ports/dead-letters';
import type { SqliteBus } from './sqlite-bus';

const TOPIC = 'migration-events';

/** Dead letters of one machine. A replayed one comes back in its old place. */
export class SqliteDeadLetters implements DeadLetters {
  constructor(private readonly bus: SqliteBus) {}

  async list(subscription: string, after: number, limit: number): Promise<readonly DeadLetter[]> {
    this.#checkExists(subscription);
    return this.bus.deadLetters(TOPIC, subscription, { afterSequence: after, limit }).map((letter) => ({
      subscription,
      sequenceNumber: letter.sequenceNumber,
      eventId: letter.messageId,
      type: letter.subject ?? null,
      subject: letter.sessionId ?? null,
      enqueuedAt: new Date(letter.enqueuedAtMs).toISOString(),
      deliveryCount: letter.deliveryCount,
      reason: letter.reason,
      description: letter.description,
    }));
  }

  async replay(subscription: string, sequenceNumber: number): Promise<'replayed' | 'not-found'> {
    this.#checkExists(subscription);
    return this.bus.replayDeadLetter(TOPIC, subscription, sequenceNumber) ? 'replayed' : 'not-found';
  }

  #checkExists(subscription: string): void {
    const exists = this.bus
      .subscriptions()
      .some(({ topic, name }) => topic === TOPIC && name === subscription);
    if (!exists) throw new MigrationError('not-found', `there is no subscription ${subscription}`);
  }
}
