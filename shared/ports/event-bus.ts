import type { CausewayEvent } from '../contracts/event';

/** Publishes to the topic `migration-events`. */
export interface EventBus {
  /**
   * Durable when it resolves; all or nothing for at most 100 events. Message id = event id, session id = `subject`, label = `type`.
   * Publishing an event again is harmless: subscribers remember event ids.
   */
  publish(events: readonly CausewayEvent[]): Promise<void>;
}
