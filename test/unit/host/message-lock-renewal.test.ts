import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { expect, it } from '@jest/globals';
import { keepLocked } from '../../../host/triggers/message-lock-renewal';
import { until } from '../../support/trigger-context';

const message = (lockToken: string, lockMs: number) =>
  ({ lockToken, lockedUntilUtc: new Date(Date.now() + lockMs) }) as ServiceBusReceivedMessage;

it('renews the locks of messages without an id, each again and again, until told to stop or their time is over', async () => {
  const renewed: string[] = [];
  const receiver = {
    renewMessageLock: async ({ lockToken = '' }: ServiceBusReceivedMessage) => {
      renewed.push(lockToken);
      return new Date(Date.now() + 100);
    },
  } as ServiceBusReceiver;
  const stop = keepLocked(receiver, [message('a', 100), message('b', 100)], 3_600_000);
  const overAtOnce = keepLocked(receiver, [message('c', 100)], 0);
  const timesOf = (token: string): number => renewed.filter((each) => each === token).length;
  // The timers leave the process free to end; here they are what it waits for.
  const alive = setInterval(() => undefined, 10);
  await until(() => timesOf('a') >= 2 && timesOf('b') >= 2);
  stop();
  const counted = renewed.length;
  await new Promise((over) => setTimeout(over, 200));
  clearInterval(alive);
  overAtOnce();
  expect([renewed.length, timesOf('c')]).toEqual([counted, 0]);
});
