import { describe, expect, it } from '@jest/globals';
import { isLeftByAmqp } from '../../../host/left-by-amqp';

class OperationTimeoutError extends Error {
  override readonly name = 'OperationTimeoutError';
}

describe('a rejection that nobody handles', () => {
  it.each([
    { condition: 'amqp:link:detach-forced', description: 'The link was detached by the service.' },
    { condition: 'com.microsoft:session-lock-lost' },
    new OperationTimeoutError(
      "Unable to close the receiver 'r' on amqp session 's' due to operation timeout.",
    ),
  ])('may be what the SDK left behind of a link: %o', (reason) => {
    expect(isLeftByAmqp(reason)).toBe(true);
  });

  it('may be what the SDK throws in the timer of a request that went down with its connection', () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'address')");
    error.stack = `${error.message}
    at get address (/app/node_modules/rhea-promise/dist/lib/link.js:63:28)
    at Timeout._onTimeout (/app/node_modules/@azure/core-amqp/dist/commonjs/requestResponseLink.js:117:38)`;
    expect(isLeftByAmqp(error)).toBe(true);
    expect(isLeftByAmqp(new TypeError(error.message))).toBe(false);
  });

  it.each([
    new Error('Unable to close the store'),
    new OperationTimeoutError('Unable to create the amqp receiver'),
    { condition: 'late' },
    null,
    undefined,
    'amqp:link:detach-forced',
  ])('ends the host otherwise: %o', (reason) => {
    expect(isLeftByAmqp(reason)).toBe(false);
  });
});
