import { z } from 'zod';

/** Name of a subscription of the topic `migration-events`, as the functions that read it say it. */
export const SubscriptionName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'is no name of a subscription');

/** An event that a subscription gave up on. Nobody acts on it until it is replayed. */
export const DeadLetter = z.object({
  subscription: SubscriptionName,
  /** Names it within its subscription. */
  sequenceNumber: z.number().int().min(0),
  eventId: z.string(),
  /** Type and subject of the event; null where the message had none. */
  type: z.string().nullable(),
  subject: z.string().nullable(),
  enqueuedAt: z.iso.datetime(),
  /** Deliveries that failed. */
  deliveryCount: z.number().int().min(0),
  reason: z.string(),
  description: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
