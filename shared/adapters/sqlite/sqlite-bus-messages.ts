import type { SQLOutputValue } from 'node:sqlite';
import { MigrationError } from '../../contracts/errors';

/** What a publisher gives. The limits are those of Service Bus Standard, so that nothing works on one machine only. */
export interface BusMessage {
  /** At most 128 characters; a second message with the same id within the topic's window is dropped. */
  readonly messageId: string;
  /** Messages of one session reach a subscription with sessions strictly in order. At most 128 characters. */
  readonly sessionId?: string;
  /** The label that subscriptions filter on. */
  readonly subject?: string;
  readonly correlationId?: string;
  /** `application/json` where absent. */
  readonly contentType?: string;
  readonly applicationProperties?: Readonly<Record<string, string | number | boolean>>;
  /** Any JSON value. */
  readonly body: unknown;
}

/** A message with its place in the topic. */
export interface StoredMessage extends BusMessage {
  readonly sequenceNumber: number;
  readonly enqueuedAtMs: number;
  readonly contentType: string;
  readonly applicationProperties: Readonly<Record<string, string | number | boolean>>;
}

/** A message under a peek lock: nobody else gets it until the lock ends or it is settled. */
export interface ReceivedMessage extends StoredMessage {
  readonly lockToken: string;
  readonly lockedUntilMs: number;
  /** How often it was handed out, this time included. */
  readonly deliveryCount: number;
}

export interface DeadLetter extends StoredMessage {
  readonly deliveryCount: number;
  readonly reason: string;
  readonly description: string;
  readonly deadLetteredAtMs: number;
}

export type Row = Record<string, SQLOutputValue>;

const MAX_ID_CHARACTERS = 128;
const MAX_MESSAGE_BYTES = 256 * 1024;

export interface EncodedMessage {
  readonly properties: string;
  readonly body: string;
}

/** The stored text of a message. Throws `invalid-input` or `limit-exceeded` for what Service Bus would refuse. */
export const encodeMessage = (message: BusMessage): EncodedMessage => {
  checkId('message id', message.messageId);
  if (message.sessionId !== undefined) checkId('session id', message.sessionId);
  const properties = JSON.stringify(message.applicationProperties ?? {});
  const body: string | undefined = JSON.stringify(message.body);
  if (body === undefined) {
    throw new MigrationError('invalid-input', `message ${message.messageId} has no JSON body`);
  }
  const sizeBytes = Buffer.byteLength(body) + Buffer.byteLength(properties);
  if (sizeBytes > MAX_MESSAGE_BYTES) {
    throw new MigrationError(
      'limit-exceeded',
      `message ${message.messageId} has ${sizeBytes} bytes; at most ${MAX_MESSAGE_BYTES} can be published`,
    );
  }
  return { properties, body };
};

const checkId = (what: string, id: string): void => {
  if (id.length >= 1 && id.length <= MAX_ID_CHARACTERS) return;
  throw new MigrationError('invalid-input', `a ${what} has 1 to ${MAX_ID_CHARACTERS} characters`);
};

export const decodeMessage = (row: Row): StoredMessage => ({
  sequenceNumber: Number(row['sequence']),
  enqueuedAtMs: Number(row['enqueued_at_ms']),
  messageId: String(row['message_id']),
  ...(row['session_id'] !== null && { sessionId: String(row['session_id']) }),
  ...(row['subject'] !== null && { subject: String(row['subject']) }),
  ...(row['correlation_id'] !== null && { correlationId: String(row['correlation_id']) }),
  contentType: String(row['content_type']),
  applicationProperties: JSON.parse(String(row['properties'])) as StoredMessage['applicationProperties'],
  body: JSON.parse(String(row['body'])) as unknown,
});
