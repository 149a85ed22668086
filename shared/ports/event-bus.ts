import type { CausewayEvent } from '../contracts/event';

/** Publishes to the topic `migration-events`. */
export interface EventBus {
  /**
   * All at most 100 events are durable when it resolves, in this order within each subject. More are refused with
   * `limit-exceeded` and none is published. When it rejects otherwise, a beginning of the events may have been published: publish
   * all again, which is harmless, since subscribers remember event ids. Message id = event id, session id = `subject`,
   * label = `type`. An event too large for a message is checked in (`claim-checks.ts`).
   */
  publish(events: readonly CausewayEvent[]): Promise<void>;
}
