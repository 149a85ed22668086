import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** Between renewals where clocks disagree by more than a lock lasts. */
const LEAST_WAIT_MS = 50;

/**
 * Renews the locks of messages at half their time until the returned function is called, or `limitMs` is over. The SDK's own renewal
 * goes by message ids, which senders need not give: two messages without one share a timer, and neither can be settled.
 */
export const keepLocked = (
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
  limitMs: number,
): (() => void) => {
  const settled = new AbortController();
  const untilMs = Date.now() + limitMs;
  const keep = async (message: ServiceBusReceivedMessage): Promise<void> => {
    let lockedUntilMs = message.lockedUntilUtc?.getTime() ?? untilMs;
    for (;;) {
      const waitMs = Math.max((lockedUntilMs - Date.now()) / 2, LEAST_WAIT_MS);
      if (Date.now() + waitMs > untilMs) return;
      await sleep(waitMs, undefined, { signal: settled.signal, ref: false });
      lockedUntilMs = (await receiver.renewMessageLock(message)).getTime();
    }
  };
  // A lock that is lost shows when its message is settled.
  for (const message of messages) keep(message).catch(() => undefined);
  return () => settled.abort();
};
