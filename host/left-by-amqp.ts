/**
 * The Service Bus SDK closes links that nobody awaits; where the namespace detaches such a link first, or does not answer, it leaves
 * a rejection to nobody. What its caller asked for fails, or is done, apart from that: it is no reason to end.
 */
export const isLeftByAmqp = (reason: unknown): boolean => {
  if (reason instanceof Error)
    return reason.name === 'OperationTimeoutError' && reason.message.startsWith('Unable to close the ');
  // An error of the protocol itself, as rhea reads it from a frame.
  const condition: unknown = (reason as { readonly condition?: unknown } | null)?.condition;
  return typeof condition === 'string' && /^(amqp|com\.microsoft):/.test(condition);
};
