import type { MessageQueue } from './message-queue';
import type { Topic } from './topic';

export type Entity =
  | { readonly kind: 'topic'; readonly topic: Topic }
  | { readonly kind: 'queue'; readonly queue: MessageQueue };

/** A queue is a topic with this subscription alone: what is sent to its name arrives there, and is received under the same name. */
export const QUEUE = '$queue';

const SUBSCRIPTION = /^([^/]+)\/Subscriptions\/([^/]+?)(\/\$DeadLetterQueue)?$/i;

/** What an address names, `/$management` left off; null where there is no such entity. Names know no case. */
export const findEntity = (
  topics: ReadonlyMap<string, Topic>,
  address: string,
  use: 'send' | 'receive',
): Entity | null => {
  const path = address.replace(/\/\$management$/i, '');
  const topic = topics.get(path.replace(/\/\$DeadLetterQueue$/i, '').toLowerCase());
  const queue = topic?.subscriptions.get(QUEUE);
  if (queue !== undefined && path.toLowerCase() !== topic?.name.toLowerCase())
    return { kind: 'queue', queue: queue.deadLetters };
  if (queue !== undefined && use === 'receive') return { kind: 'queue', queue: queue.queue };
  if (topic !== undefined) return { kind: 'topic', topic };
  const [, topicName = '', subscriptionName = '', deadLetters] = SUBSCRIPTION.exec(path) ?? [];
  const subscription = topics.get(topicName.toLowerCase())?.subscriptions.get(subscriptionName.toLowerCase());
  if (subscription === undefined) return null;
  return { kind: 'queue', queue: deadLetters === undefined ? subscription.queue : subscription.deadLetters };
};
