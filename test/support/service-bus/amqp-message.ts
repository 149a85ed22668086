import { message as codec, types, type MessageUtil } from 'rhea';
import type { Entry } from './message-queue';
import type { AmqpMessage } from './received-message';

/** The message format by which a transfer says that its data sections are messages of their own. */
export const BATCH_FORMAT = 0x80013700;

const UNWRAPPED: MessageUtil = codec;

/** One message, or those of a batch, with the size of each. */
export const readTransfer = (transfer: Buffer | AmqpMessage, format: number): readonly AmqpMessage[] => {
  if (!Buffer.isBuffer(transfer)) return [transfer];
  if (format !== BATCH_FORMAT) throw new Error(`message format ${format} is not known here`);
  const { content, multiple } = UNWRAPPED.decode(transfer)['body'] as {
    content: unknown;
    multiple?: boolean;
  };
  const parts = (multiple === true ? content : [content]) as readonly Buffer[];
  return parts.map(decodeMessage);
};

export const decodeMessage = (bytes: Buffer): AmqpMessage =>
  UNWRAPPED.decode(bytes) as unknown as AmqpMessage;
export const encodeMessage = (message: AmqpMessage | object): Buffer => UNWRAPPED.encode(message);

/** What a receiver gets: the message with what the broker knows of it. */
export const toDeliver = (entry: Entry): AmqpMessage & { readonly delivery_count: number } => ({
  ...entry.message,
  delivery_count: entry.failedDeliveries,
  message_annotations: {
    ...entry.message.message_annotations,
    'x-opt-sequence-number': types.wrap_long(entry.sequence),
    'x-opt-enqueue-sequence-number': types.wrap_long(entry.sequence),
    'x-opt-enqueued-time': types.wrap_timestamp(entry.enqueuedAtMs),
    ...(entry.lock !== null && { 'x-opt-locked-until': types.wrap_timestamp(entry.lock.untilMs) }),
  },
});

const bytesOf = (token: string): Buffer => Buffer.from(token.replaceAll('-', ''), 'hex');

/** The order in which .NET writes a GUID; the same step forth and back. */
const SWAPPED = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** Service Bus sends a lock token as delivery tag in .NET's order; elsewhere it is a plain UUID. */
export const deliveryTagOf = (token: string): Buffer => {
  const bytes = bytesOf(token);
  return Buffer.from(SWAPPED.map((index) => bytes[index] ?? 0));
};

export const tokenOfTag = (tag: Buffer | string): string => {
  const bytes = Buffer.from(tag as Buffer);
  return tokenOf(Buffer.from(SWAPPED.map((index) => bytes[index] ?? 0)));
};

export const tokenOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
