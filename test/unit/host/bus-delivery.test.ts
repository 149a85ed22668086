import { describe, expect, it } from '@jest/globals';
import type { Invocation } from '../../../host/function-app';
import { currentInvocation, runInInvocation } from '../../../host/operations/current-invocation';
import { createServiceBusListener } from '../../../host/triggers/service-bus';
import { message } from '../../contract/bus-suite';
import { BusTriggerContext, TOPIC } from '../../support/bus-trigger-context';
import { contextForEachTest } from '../../support/context-for-each-test';
import { SAMPLE_BUS_MESSAGE, sampleInvocation } from '../../support/sample-bus-message';
import { latch, settle, triggeredFunction, until } from '../../support/trigger-context';

describe('what the Service Bus trigger hands over', () => {
  let host: BusTriggerContext;
  contextForEachTest(() => (host = new BusTriggerContext()));

  it('invokes the function with the body and the metadata of the message, then completes it', async () => {
    const invocations: Invocation[] = [];
    await host.startReading([host.subscriber((invocation) => invocations.push(invocation))]);
    host.bus.publish(TOPIC, [SAMPLE_BUS_MESSAGE]);
    await until(() => host.activeMessages === 0);
    expect(invocations).toEqual([sampleInvocation('application/json', '2026-11-21T00:00:00.000Z')]);
  });

  it('sees what was published between its creation and its start', async () => {
    const listener = createServiceBusListener(host.for([host.subscriber()]));
    host.bus.publish(TOPIC, [message('early')]);
    await host.start(listener);
    await until(() => host.activeMessages === 0);
    expect(host.seen).toEqual(['early']);
  });

  it('takes what follows from a message for nothing of the invocation that published it', async () => {
    const around: unknown[] = [];
    await host.startReading([host.subscriber(() => around.push(currentInvocation()))]);
    await settle();
    runInInvocation({ function: 'publisher', invocationId: 'i' }, () =>
      host.bus.publish(TOPIC, [message('m1')]),
    );
    await until(() => host.activeMessages === 0);
    expect(around).toEqual([undefined]);
  });

  it('reads a queue', async () => {
    await host.startReading([
      triggeredFunction('reader', { type: 'serviceBusTrigger', queueName: 'work-orders' }, host.note),
    ]);
    host.bus.publish('work-orders', [message('w1')]);
    await until(() => host.activeMessages === 0);
    expect(host.seen).toEqual(['w1']);
  });

  it('hands over batches where cardinality is many', async () => {
    const batches: Invocation[] = [];
    const many = host.subscriber((invocation) => batches.push(invocation), { cardinality: 'many' });
    const listener = createServiceBusListener(host.for([many]));
    host.bus.publish(TOPIC, [message('a', { sessionId: 's' }), message('b')]);
    await host.start(listener);
    await until(() => host.activeMessages === 0);
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({
      triggerData: [{ n: 'a' }, { n: 'b' }],
      triggerMetadata: {
        messageIdArray: ['a', 'b'],
        deliveryCountArray: [1, 1],
        sessionIdArray: ['s', null],
      },
    });
  });

  it.each([
    ['maxConcurrentCalls', {}],
    ['maxConcurrentSessions', { isSessionsEnabled: true }],
  ])('runs no more at one time than %s', async (limit, binding) => {
    const gate = latch();
    let running = 0;
    let most = 0;
    const handler = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await gate.opened;
      running -= 1;
    };
    await host.startReading([host.subscriber(handler, binding)], {
      hostJson: { extensions: { serviceBus: { [limit]: 2 } } },
    });
    host.bus.publish(
      TOPIC,
      Array.from({ length: 6 }, (_, n) => message(`m${n}`, { sessionId: `s${n}` })),
    );
    await until(() => running === 2);
    await settle();
    expect(running).toBe(2);
    gate.open();
    await until(() => host.activeMessages === 0);
    expect(most).toBe(2);
  });

  it('warns of a subscription that no function reads', async () => {
    host.bus.ensureSubscription(TOPIC, 'former');
    host.bus.publish(TOPIC, [message('m')]);
    await host.startReading();
    expect(host.logged).toContain(
      `warn No function reads the subscription ${TOPIC}/former, which holds 1 messages`,
    );
  });

  it.each([
    [
      'a limit of nought',
      { maxConcurrentCalls: 0 },
      /^host\.json: extensions\.serviceBus\.maxConcurrentCalls: /,
    ],
    ['a switch that is none', { autoCompleteMessages: 'no' }, /autoCompleteMessages: Invalid input/],
    ['a duration that is none', { maxAutoLockRenewalDuration: '5m' }, /must be hh:mm:ss/],
  ])('refuses %s in host.json', (_, serviceBus, text) => {
    const context = host.for([host.subscriber()], { hostJson: { extensions: { serviceBus } } });
    expect(() => createServiceBusListener(context)).toThrow(text);
  });

  it('refuses a trigger without a subscription, naming the function', () => {
    const context = host.for([host.subscriber(host.note, { subscriptionName: undefined })]);
    expect(() => createServiceBusListener(context)).toThrow(
      'Function "subscriber": its serviceBusTrigger has no subscriptionName.',
    );
  });
});
