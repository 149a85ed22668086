import { isServiceBusError } from '@azure/service-bus';

/** What says nothing against the connection: other links of it go on. */
const CODES: readonly string[] = [
  'MessageLockLost',
  'MessagingEntityDisabled',
  'MessagingEntityNotFound',
  'ServiceBusy',
  'SessionCannotBeLocked',
  'SessionLockLost',
  'UnauthorizedAccess',
];
/** The same as a frame says it, where the SDK passes it on as it came. */
const CONDITIONS: readonly string[] = [
  'amqp:link:detach-forced',
  'com.microsoft:server-busy',
  'com.microsoft:session-lock-lost',
];

/** Whether one link is in trouble, not its connection. The SDK gathers what its own attempts met in an `AggregateError`. */
export const isOfOneLink = (error: unknown): boolean => {
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every((each) => isOfOneLink(each));
  if (isServiceBusError(error)) return CODES.includes(error.code) || error.message.startsWith('DetachForced');
  return CONDITIONS.includes(String((error as { readonly condition?: unknown } | null)?.condition));
};
