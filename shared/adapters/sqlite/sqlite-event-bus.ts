import { MigrationError } from '../../contracts/errors';
import type { CausewayEvent, CheckedInEvent } from '../../contracts/event';
import { checkIn, type ClaimChecks } from '../../ports/claim-checks';
import type { EventBus } from '../../ports/event-bus';
import type { SqliteBus } from './sqlite-bus';
import type { BusMessage } from './sqlite-bus-messages';

const TOPIC = 'migration-events';
const MAX_EVENTS = 100;

/** The event bus of one machine. It keeps more than the port asks: all events are published, or none. */
export class SqliteEventBus implements EventBus {
  constructor(
    private readonly bus: SqliteBus,
    private readonly claimChecks: ClaimChecks,
  ) {
    bus.ensureTopic(TOPIC);
  }

  async publish(events: readonly CausewayEvent[]): Promise<void> {
    if (events.length > MAX_EVENTS) {
      throw new MigrationError('limit-exceeded', `${events.length} events; at most ${MAX_EVENTS} at once`);
    }
    const sent = await Promise.all(events.map((event) => checkIn(event, this.claimChecks)));
    this.bus.publish(TOPIC, sent.map(toMessage));
  }
}

const toMessage = (event: CausewayEvent | CheckedInEvent): BusMessage => ({
  messageId: event.id,
  sessionId: event.subject,
  subject: event.type,
  contentType: 'application/cloudevents+json',
  body: event,
});
