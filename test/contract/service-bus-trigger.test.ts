import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Invocation } from '../../host/function-app';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import { messageIdOf } from '../support/bus-trigger-context';
import { SAMPLE_BUS_MESSAGE, sampleInvocation } from '../support/sample-bus-message';
import { startServiceBusBroker, type ServiceBusBroker } from '../support/service-bus/broker';
import { latch, triggeredFunction, TriggerContext, until } from '../support/trigger-context';

const TOPIC = 'migration-events';

describe('the Service Bus trigger of the host, fed by a namespace over AMQP', () => {
  let host: TriggerContext;
  let broker: ServiceBusBroker;
  let client: ServiceBusClient;
  let seen: string[];

  beforeEach(async () => {
    host = new TriggerContext();
    broker = await startServiceBusBroker();
    broker.ensureSubscription(TOPIC, 'ordered', { requiresSession: true, maxDeliveryCount: 3 });
    broker.ensureSubscription(TOPIC, 'plain', { maxDeliveryCount: 3 });
    client = new ServiceBusClient(broker.connectionString);
    seen = [];
  });
  afterEach(async () => {
    await host.close();
    await client.close();
    await broker.stop();
  });

  const subscriber = (handler: (invocation: Invocation) => unknown, binding: object = {}) =>
    triggeredFunction(
      'subscriber',
      {
        type: 'serviceBusTrigger',
        connection: 'ServiceBus',
        topicName: TOPIC,
        subscriptionName: 'ordered',
        isSessionsEnabled: true,
        ...binding,
      },
      handler,
    );
  const PLAIN = { subscriptionName: 'plain', isSessionsEnabled: false };
  const start = (
    handler: (invocation: Invocation) => unknown,
    binding: object = {},
    serviceBus: object = {},
  ) =>
    host.start(
      createServiceBusListener(
        host.for([subscriber(handler, binding)], {
          settings: { ServiceBus: broker.connectionString },
          hostJson: { extensions: { serviceBus: { sessionIdleTimeout: '00:00:00', ...serviceBus } } },
        }),
      ),
    );
  const publish = async (...messages: readonly [id: string, session: string][]): Promise<void> => {
    const publisher = new ServiceBusClient(broker.connectionString);
    await publisher
      .createSender(TOPIC)
      .sendMessages(
        messages.map(([messageId, sessionId]) => ({ messageId, sessionId, body: { n: messageId } })),
      );
    await publisher.close();
  };
  const active = (subscription = 'ordered'): number => broker.count(TOPIC, subscription).active;
  const note = (invocation: Invocation): void => void seen.push(messageIdOf(invocation));

  it('invokes the function as Azure does, completes the message, and keeps no bus of its own', async () => {
    const invocations: Invocation[] = [];
    await start((invocation) => invocations.push(invocation));
    const contentType = 'application/cloudevents+json';
    await client.createSender(TOPIC).sendMessages({ ...SAMPLE_BUS_MESSAGE, contentType });
    await until(() => active() === 0);
    expect(invocations).toEqual([sampleInvocation(contentType, expect.any(String))]);
    expect(existsSync(join(host.dataDir, 'bus.db'))).toBe(false);
  });

  it('abandons what the function failed on, and keeps the order of its session', async () => {
    await start((invocation) => {
      note(invocation);
      if (seen.length === 1) throw new Error('not yet');
    });
    await publish(['a', 's'], ['b', 's']);
    await until(() => active() === 0);
    expect(seen).toEqual(['a', 'a', 'b']);
    expect(host.logged.join()).toContain('failed: not yet');
  });

  it('leaves to the dead letters what fails each time, and goes on behind it', async () => {
    await start((invocation) => {
      note(invocation);
      if (messageIdOf(invocation) === 'a') throw new Error('never');
    });
    await publish(['a', 's'], ['b', 's']);
    await until(() => active() === 0);
    expect(seen).toEqual(['a', 'a', 'a', 'b']);
    expect(broker.count(TOPIC, 'ordered').deadLetters).toBe(1);
  });

  it('serves more sessions than it may hold at one time, each in order and alone', async () => {
    const two = latch();
    const inHand: string[] = [];
    let most = 0;
    await start(
      async (invocation) => {
        const session = String(invocation.triggerMetadata?.['sessionId']);
        expect(inHand).not.toContain(session);
        inHand.push(session);
        most = Math.max(most, inHand.length);
        if (inHand.length === 2) two.open();
        await two.opened;
        inHand.splice(inHand.indexOf(session), 1);
        note(invocation);
      },
      {},
      { maxConcurrentSessions: 2 },
    );
    const sessions = ['v', 'w', 'x', 'y', 'z'];
    await publish(...[1, 2, 3].flatMap((n) => sessions.map((s): [string, string] => [`${s}${n}`, s])));
    await until(() => active() === 0);
    expect(most).toBe(2);
    for (const session of sessions)
      expect(seen.filter((id) => id.startsWith(session))).toEqual([1, 2, 3].map((n) => `${session}${n}`));
  });

  it('runs as many at one time as maxConcurrentCalls, and no more', async () => {
    const three = latch();
    let running = 0;
    let most = 0;
    await start(
      async (invocation) => {
        most = Math.max(most, (running += 1));
        if (running === 3) three.open();
        await three.opened;
        running -= 1;
        note(invocation);
      },
      PLAIN,
      { maxConcurrentCalls: 3 },
    );
    await publish(...Array.from({ length: 12 }, (_, n): [string, string] => [`m${n}`, 's']));
    await until(() => active('plain') === 0);
    expect(most).toBe(3);
    expect(new Set(seen).size).toBe(12);
  });

  it('hands over batches where cardinality is many', async () => {
    await publish(['a', 's'], ['b', 's']);
    const batches: unknown[] = [];
    await start(({ triggerData }) => batches.push(triggerData), { cardinality: 'many' });
    await until(() => active() === 0);
    expect(batches).toEqual([[{ n: 'a' }, { n: 'b' }]]);
  });

  it('renews the lock of a session for as long as the handler runs', async () => {
    broker.ensureSubscription(TOPIC, 'ordered', { requiresSession: true, lockDurationMs: 11_000 });
    const ended = latch();
    await start(async (invocation) => {
      note(invocation);
      await ended.opened;
    });
    await publish(['a', 's']);
    await until(() => seen.length === 1);
    const renewed = () => broker.renewals(TOPIC, 'ordered') > 0;
    await until(renewed);
    broker.elapse(10_500);
    ended.open();
    await until(() => active() === 0);
    expect(seen).toEqual(['a']);
  });

  it('waits for handlers when drained, completes their messages, and takes no other', async () => {
    const ended = latch();
    const listener = await start(async (invocation) => {
      note(invocation);
      await ended.opened;
    });
    await publish(['a', 's'], ['b', 's']);
    await until(() => seen.length === 1);
    const drained = listener.drain();
    ended.open();
    await drained;
    expect(seen).toEqual(['a']);
    expect(active()).toBe(1);
  });

  it('goes on when links are detached and connections drop', async () => {
    await start(note);
    await publish(['a', 's']);
    await until(() => active() === 0);
    broker.faults.detachLinks();
    await publish(['b', 's']);
    await until(() => active() === 0);
    broker.faults.dropConnections();
    await publish(['c', 's']);
    await until(() => active() === 0);
    expect([...new Set(seen)]).toEqual(['a', 'b', 'c']);
  });

  it('delivers again what was handled while its lock was lost', async () => {
    broker.faults.lostSettlements = 1;
    await start(note);
    await publish(['a', 's'], ['b', 's']);
    await until(() => active() === 0);
    expect(seen).toEqual(['a', 'a', 'b']);
    expect(host.logged.join()).toContain('could not settle its message');
  });

  it('reads bus.db where the settings name no namespace', async () => {
    await host.start(createServiceBusListener(host.for([subscriber(note)])));
    expect(existsSync(join(host.dataDir, 'bus.db'))).toBe(true);
  });
});
