const IN_REQUEST_TIMER = /\bTimeout\b.*core-amqp.*requestResponseLink/;

/**
 * The Service Bus SDK closes links that nobody awaits; where the namespace detaches such a link first, or does not answer, it leaves
 * a rejection to nobody. What its caller asked for fails, or is done, apart from that: it is no reason to end. And a minute after a request went down with its connection, a timer reads the address of a link that
 * has none any more, and throws to nobody.
 */
export const isLeftByAmqp = (reason: unknown): boolean => {
  if (reason instanceof TypeError) return IN_REQUEST_TIMER.test(reason.stack ?? '');
  if (reason instanceof Error)
    return reason.name === 'OperationTimeoutError' && reason.message.startsWith('Unable to close the ');
  // An error of the protocol itself, as rhea reads it from a frame.
  const condition: unknown = (reason as { readonly condition?: unknown } | null)?.condition;
  return typeof condition === 'string' && /^(amqp|com\.microsoft):/.test(condition);
};
