import { expect } from '@jest/globals';

/** A message with everything that a function is told of one. */
export const SAMPLE_BUS_MESSAGE = {
  messageId: 'm1',
  sessionId: 'cutover:1',
  subject: 'cutover.ended',
  correlationId: 'c',
  applicationProperties: { n: 1 },
  body: { text: '✓' },
};

/** How a function sees it as the first message of an entity. */
export const sampleInvocation = (contentType: string, enqueuedTimeUtc: unknown): object => ({
  triggerData: { text: '✓' },
  triggerMetadata: {
    messageId: 'm1',
    sessionId: 'cutover:1',
    subject: 'cutover.ended',
    label: 'cutover.ended',
    correlationId: 'c',
    contentType,
    applicationProperties: { n: 1 },
    userProperties: { n: 1 },
    deliveryCount: 1,
    sequenceNumber: 1,
    enqueuedTimeUtc,
    lockToken: expect.any(String),
  },
});
