import type { DeadLetter } from '../contracts/dead-letter';

/** What subscriptions of the topic `migration-events` gave up on. */
export interface DeadLetters {
  /**
   * At most `limit` (1 to 200) of a subscription beyond the given sequence number, in order of it. Looking takes nothing away.
   * Throws `not-found` where there is no such subscription.
   */
  list(subscription: string, after: number, limit: number): Promise<readonly DeadLetter[]>;
  /**
   * Hands the event to the subscription once more, with all its attempts, and takes it off the dead letters. It may come after
   * later events of its subject, and subscriptions that have seen it may see it again: subscribers remember event ids.
   * Repeating it after a lost answer does no harm. `not-found`: there is no such dead letter, or it lacks what the subscription
   * needs to deliver it. Throws `not-found` where there is no such subscription.
   */
  replay(subscription: string, sequenceNumber: number): Promise<'replayed' | 'not-found'>;
}
