import { types } from 'rhea';
import { encodeMessage, toDeliver, tokenOf } from './amqp-message';
import type { AmqpMessage } from './received-message';
import type { MessageQueue } from './message-queue';

export interface ManagementAnswer {
  readonly statusCode: number;
  readonly body?: object;
  readonly condition?: string;
  readonly description?: string;
}

interface Request {
  readonly 'lock-tokens'?: readonly Buffer[];
  readonly 'session-id'?: string;
  readonly 'from-sequence-number'?: Buffer | number;
  readonly 'message-count'?: number;
  readonly 'disposition-status'?: string;
  readonly 'deadletter-reason'?: string;
  readonly 'deadletter-description'?: string;
}

const lockLost = (what: string): ManagementAnswer => ({
  statusCode: 410,
  condition: `com.microsoft:${what}-lock-lost`,
  description: `The lock on the ${what} was lost.`,
});

const OPERATIONS: Readonly<Record<string, (queue: MessageQueue, request: Request) => ManagementAnswer>> = {
  'com.microsoft:renew-lock': (queue, { 'lock-tokens': tokens = [] }) => {
    const ends = tokens.map((token) => queue.renew(tokenOf(token)));
    if (ends.includes(null)) return lockLost('message');
    return { statusCode: 200, body: { expirations: types.wrap_array(ends, 0x83, undefined) } };
  },
  'com.microsoft:renew-session-lock': (queue, { 'session-id': session = '' }) => {
    const until = queue.renewSession(session);
    return until === null
      ? lockLost('session')
      : { statusCode: 200, body: { expiration: types.wrap_timestamp(until) } };
  },
  'com.microsoft:peek-message': (queue, request) => {
    const found = queue.peek(
      numberOf(request['from-sequence-number']),
      Number(request['message-count']),
      request['session-id'] ?? null,
    );
    if (found.length === 0) return { statusCode: 204 };
    return {
      statusCode: 200,
      body: { messages: found.map((entry) => ({ message: encodeMessage(toDeliver(entry)) })) },
    };
  },
  'com.microsoft:update-disposition': (queue, request) => {
    const status = request['disposition-status'];
    const outcome =
      status === 'completed'
        ? ({ kind: 'completed' } as const)
        : status === 'abandoned'
          ? ({ kind: 'abandoned' } as const)
          : ({
              kind: 'dead-lettered',
              reason: request['deadletter-reason'] ?? '',
              description: request['deadletter-description'] ?? '',
            } as const);
    return (request['lock-tokens'] ?? []).every((token) => queue.settle(tokenOf(token), outcome))
      ? { statusCode: 200 }
      : lockLost('message');
  },
};

/** Carries out a request to `$management`; what it does not know it refuses. */
export const manage = (queue: MessageQueue, request: AmqpMessage): ManagementAnswer => {
  const operation = String(request.application_properties?.['operation']);
  const carryOut = OPERATIONS[operation];
  if (carryOut !== undefined) return carryOut(queue, request.body as Request);
  return { statusCode: 501, condition: 'amqp:not-implemented', description: `no ${operation} here` };
};

const numberOf = (value: unknown): number =>
  Buffer.isBuffer(value) ? Number(value.readBigInt64BE()) : Number(value);
