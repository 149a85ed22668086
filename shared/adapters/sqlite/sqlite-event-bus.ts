import { MigrationError } from '../../contracts/errors';
import type { CausewayEvent } from '../../contracts/event';
import type { EventBus } from '../../ports/event-bus';
import type { SqliteBus } from './sqlite-bus';
import type { BusMessage } from './sqlite-bus-messages';

const TOPIC = 'migration-events';
const MAX_EVENTS = 100;

/** The event bus of one machine. */
export class SqliteEventBus implements EventBus {
  readonly #bus: SqliteBus;

  constructor(bus: SqliteBus) {
    this.#bus = bus;
    bus.ensureTopic(TOPIC);
  }

  async publish(events: readonly CausewayEvent[]): Promise<void> {
    if (events.length > MAX_EVENTS) {
      throw new MigrationError('limit-exceeded', `${events.length} events; at most ${MAX_EVENTS} at once`);
    }
    this.#bus.publish(TOPIC, events.map(toMessage));
  }
}

const toMessage = (event: CausewayEvent): BusMessage => ({
  messageId: event.id,
  sessionId: event.subject,
  subject: event.type,
  contentType: 'application/cloudevents+json',
  body: event,
});
