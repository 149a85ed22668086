import type { ReceivedMessage } from '../../shared/adapters/sqlite/sqlite-bus-messages';
import type { Invocation } from '../function-app';

/** What `context.triggerMetadata` says of a message, under the names of the Service Bus extension. */
const metadataOf = (message: ReceivedMessage): Record<string, unknown> => ({
  messageId: message.messageId,
  sequenceNumber: message.sequenceNumber,
  deliveryCount: message.deliveryCount,
  enqueuedTimeUtc: new Date(message.enqueuedAtMs).toISOString(),
  lockToken: message.lockToken,
  contentType: message.contentType,
  ...(message.sessionId !== undefined && { sessionId: message.sessionId }),
  ...(message.subject !== undefined && { subject: message.subject, label: message.subject }),
  ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
  applicationProperties: message.applicationProperties,
  userProperties: message.applicationProperties,
});

/** The same for a batch: one array a name, in the order of the messages, null where a message has none. */
const batchMetadataOf = (messages: readonly ReceivedMessage[]): Record<string, unknown> => {
  const each = messages.map(metadataOf);
  const names = new Set(each.flatMap((metadata) => Object.keys(metadata)));
  return Object.fromEntries(
    [...names].map((name) => [`${name}Array`, each.map((metadata) => metadata[name] ?? null)]),
  );
};

/** How a function gets what was received for one invocation: one message, or with `isBatch` an array of them. */
export const invocationOf = (
  { isBatch, isBinary }: { readonly isBatch: boolean; readonly isBinary: boolean },
  messages: readonly ReceivedMessage[],
): Invocation => {
  const [first] = messages;
  const read = isBinary ? bytesOf : textOf;
  if (isBatch || first === undefined)
    return {
      triggerData: messages.map(({ body }) => read(body)),
      triggerMetadata: batchMetadataOf(messages),
    };
  return { triggerData: read(first.body), triggerMetadata: metadataOf(first) };
};

/** The SDK reads a body that is JSON, and leaves any other as bytes. */
const textOf = (body: unknown): unknown => (Buffer.isBuffer(body) ? body.toString('utf8') : body);

const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};
