// A subscriber of the migration events that keeps everything it gets, as a team's own tool would: through the bus, in sessions,
// from another process than the host.
import { join } from 'node:path';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { CausewayEvent } from '../../shared/contracts/event';

const TOPIC = 'migration-events';
export const RECORDER = 'recorder';

export const openBus = (dataDir: string): SqliteBus =>
  new SqliteBus({ path: join(dataDir, 'bus.db'), now: () => Date.now() });

/** From now on the bus keeps every event for the recorder. */
export function subscribeRecorder(dataDir: string): void {
  const bus = openBus(dataDir);
  bus.ensureSubscription(TOPIC, RECORDER, { requiresSession: true });
  bus.close();
}

/** Everything the bus has for the recorder, in the order delivered; settled, so that the next call gives what came since. */
export function recordedEvents(dataDir: string): CausewayEvent[] {
  const bus = openBus(dataDir);
  const events: CausewayEvent[] = [];
  try {
    for (;;) {
      const [message] = bus.receive(TOPIC, RECORDER);
      if (message === undefined) return events;
      events.push(CausewayEvent.parse(message.body));
      bus.complete(message.lockToken);
    }
  } finally {
    bus.close();
  }
}

/** Publishes events once more under ids that no duplicate detection knows. */
export function publishAgain(dataDir: string, events: readonly CausewayEvent[], round: string): void {
  const bus = openBus(dataDir);
  try {
    for (let from = 0; from < events.length; from += 100)
      bus.publish(
        TOPIC,
        events.slice(from, from + 100).map((event, index) => ({
          messageId: `again-${round}-${from + index}`,
          sessionId: event.subject,
          subject: event.type,
          contentType: 'application/cloudevents+json',
          body: event,
        })),
      );
  } finally {
    bus.close();
  }
}
