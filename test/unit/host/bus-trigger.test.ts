import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Invocation, ListenerContext } from '../../../host/function-app';
import { currentInvocation, runInInvocation } from '../../../host/operations/current-invocation';
import { createServiceBusListener } from '../../../host/triggers/service-bus';
import { redeliveryDelayMs } from '../../../host/triggers/service-bus-pump';
import { SqliteBus } from '../../../shared/adapters/sqlite/sqlite-bus';
import { message } from '../../contract/bus-suite';
import { latch, settle, triggeredFunction, TriggerContext, until } from '../../support/trigger-context';

const TOPIC = 'migration-events';

describe('the Service Bus trigger', () => {
  let host: TriggerContext;
  let bus: SqliteBus;
  let seen: string[];

  beforeEach(() => {
    host = new TriggerContext();
    bus = new SqliteBus({ path: join(host.dataDir, 'bus.db'), now: () => host.clock.now() });
    seen = [];
  });
  afterEach(async () => {
    bus.close();
    await host.close();
    expect(host.fatal).toEqual([]);
  });

  const idOf = ({ triggerMetadata }: Invocation): string => String(triggerMetadata?.['messageId']);
  const note = (invocation: Invocation): void => {
    seen.push(idOf(invocation));
  };
  const subscriber = (handler: (invocation: Invocation) => unknown = note, binding: object = {}) =>
    triggeredFunction(
      'subscriber',
      { type: 'serviceBusTrigger', topicName: TOPIC, subscriptionName: 'teams', ...binding },
      handler,
    );
  const start = (functions = [subscriber()], more: Partial<ListenerContext> = {}) =>
    host.start(createServiceBusListener(host.for(functions, more)));
  const waiting = (): number => bus.subscriptions().reduce((sum, each) => sum + each.activeMessages, 0);

  it('invokes the function with the body and the metadata of the message, then completes it', async () => {
    const invocations: Invocation[] = [];
    await start([subscriber((invocation) => invocations.push(invocation))]);
    bus.publish(TOPIC, [
      message('m1', {
        sessionId: 'cutover:1',
        subject: 'cutover.ended',
        correlationId: 'c',
        applicationProperties: { n: 1 },
        body: { text: '✓' },
      }),
    ]);
    await until(() => waiting() === 0);
    expect(invocations).toEqual([
      {
        triggerData: { text: '✓' },
        triggerMetadata: {
          messageId: 'm1',
          sessionId: 'cutover:1',
          subject: 'cutover.ended',
          label: 'cutover.ended',
          correlationId: 'c',
          contentType: 'application/json',
          applicationProperties: { n: 1 },
          userProperties: { n: 1 },
          deliveryCount: 1,
          sequenceNumber: 1,
          enqueuedTimeUtc: '2026-11-21T00:00:00.000Z',
          lockToken: expect.any(String),
        },
      },
    ]);
  });

  it('sees what was published between its creation and its start', async () => {
    const listener = createServiceBusListener(host.for([subscriber()]));
    bus.publish(TOPIC, [message('early')]);
    await host.start(listener);
    await until(() => waiting() === 0);
    expect(seen).toEqual(['early']);
  });

  it('leaves a message to its lock where nothing settles it, and gives back what failed all the same', async () => {
    const counts: unknown[] = [];
    const handler = ({ triggerMetadata }: Invocation): void => {
      counts.push(triggerMetadata?.['deliveryCount']);
      if (counts.length === 2) throw new Error('failed');
    };
    await start([subscriber(handler, { autoCompleteMessages: false })]);
    bus.publish(TOPIC, [message('m1')]);
    await until(() => counts.length === 1);
    await settle();
    expect(waiting()).toBe(1);
    host.clock.advance(60_000);
    await until(() => counts.length === 2);
    await until(() => host.logged.some((line) => line.includes('failed (delivered again in 2000 ms)')));
    host.clock.advance(2_000);
    await until(() => counts.length === 3);
    expect(counts).toEqual([1, 2, 3]);
  });

  it('takes what follows from a message for nothing of the invocation that published it', async () => {
    const around: unknown[] = [];
    await start([subscriber(() => around.push(currentInvocation()))]);
    await settle();
    runInInvocation({ function: 'publisher', invocationId: 'i' }, () => bus.publish(TOPIC, [message('m1')]));
    await until(() => waiting() === 0);
    expect(around).toEqual([undefined]);
  });

  it('reads a queue', async () => {
    await start([triggeredFunction('reader', { type: 'serviceBusTrigger', queueName: 'work-orders' }, note)]);
    bus.publish('work-orders', [message('w1')]);
    await until(() => waiting() === 0);
    expect(seen).toEqual(['w1']);
  });

  it('hands over batches where cardinality is many', async () => {
    const batches: Invocation[] = [];
    const many = subscriber((invocation) => batches.push(invocation), { cardinality: 'many' });
    const listener = createServiceBusListener(host.for([many]));
    bus.publish(TOPIC, [message('a', { sessionId: 's' }), message('b')]);
    await host.start(listener);
    await until(() => waiting() === 0);
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

  it('delivers again after a growing pause what the function failed on, then dead-letters it', async () => {
    const counts: unknown[] = [];
    await start([
      subscriber(({ triggerMetadata }) => {
        counts.push(triggerMetadata?.['deliveryCount']);
        throw new Error('no such channel');
      }),
    ]);
    bus.publish(TOPIC, [message('poison')]);
    for (let delivery = 1; delivery < 10; delivery += 1) {
      await until(() => host.clock.waiting.length === 1 && counts.length === delivery);
      host.clock.advance(redeliveryDelayMs(delivery) - 1);
      await settle();
      expect(counts).toHaveLength(delivery);
      host.clock.advance(1);
    }
    await until(() => waiting() === 0);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(bus.deadLetters(TOPIC, 'teams')).toMatchObject([
      { messageId: 'poison', reason: 'MaxDeliveryCountExceeded' },
    ]);
    expect(host.logged.at(-1)).toBe('error Function "subscriber" failed (dead-lettered): no such channel');
  });

  it('pauses 1 s, then twice as long each time, up to a minute', () => {
    expect([1, 2, 3, 6, 7, 50].map(redeliveryDelayMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('keeps the order of a session while sessions run side by side, a failure included', async () => {
    let failures = 1;
    const first = latch();
    await start([
      subscriber(
        async (invocation) => {
          note(invocation);
          if (idOf(invocation) === 'a1') await first.opened;
          if (idOf(invocation) === 'a1' && failures-- > 0) throw new Error('again, please');
        },
        { isSessionsEnabled: true },
      ),
    ]);
    bus.publish(
      TOPIC,
      ['a1', 'a2', 'b1', 'b2'].map((id) => message(id, { sessionId: id.slice(0, 1) })),
    );
    await until(() => seen.includes('b2') && waiting() === 2);
    first.open();
    await until(
      () =>
        host.clock.waiting.length === 1 &&
        bus.nextReadyAtMs(TOPIC, 'teams', host.clock.now()) === host.clock.now() + 1_000,
    );
    host.clock.advance(1_000);
    await until(() => waiting() === 0);
    expect(seen).toEqual(['a1', 'b1', 'b2', 'a1', 'a2']);
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
    await start([subscriber(handler, binding)], { hostJson: { extensions: { serviceBus: { [limit]: 2 } } } });
    bus.publish(
      TOPIC,
      Array.from({ length: 6 }, (_, n) => message(`m${n}`, { sessionId: `s${n}` })),
    );
    await until(() => running === 2);
    await settle();
    expect(running).toBe(2);
    gate.open();
    await until(() => waiting() === 0);
    expect(most).toBe(2);
  });

  it('renews the lock while the handler runs, as long as host.json allows, then delivers again', async () => {
    const gate = latch();
    await start([
      subscriber(async (invocation) => {
        note(invocation);
        await gate.opened;
      }),
    ]);
    bus.publish(TOPIC, [message('slow')]);
    await until(() => seen.length === 1);
    host.clock.advance(5 * 60_000);
    await settle();
    expect(seen).toEqual(['slow']);
    host.clock.advance(61_000);
    await until(() => seen.length === 2);
    gate.open();
    await until(() => waiting() === 0);
    expect(host.logged.some((line) => line.includes('after the lock on its message was lost'))).toBe(true);
  });

  it('delivers again at start what was under way when the process died', async () => {
    bus.ensureSubscription(TOPIC, 'teams');
    bus.publish(TOPIC, [message('m')]);
    bus.receive(TOPIC, 'teams');
    await start();
    await until(() => waiting() === 0);
    expect(seen).toEqual(['m']);
  });

  it('waits for handlers when drained, and starts no other', async () => {
    const gate = latch();
    const listener = await start(
      [
        subscriber(async (invocation) => {
          note(invocation);
          await gate.opened;
        }),
      ],
      { hostJson: { extensions: { serviceBus: { maxConcurrentCalls: 1 } } } },
    );
    bus.publish(TOPIC, [message('a'), message('b')]);
    await until(() => seen.length === 1);
    let isDrained = false;
    const drained = listener.drain().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    gate.open();
    await drained;
    await settle();
    expect([seen, waiting()]).toEqual([['a'], 1]);
  });

  it('ends the host where the bus cannot store what was promised', async () => {
    const gate = latch();
    await start([
      subscriber(async (invocation) => {
        note(invocation);
        await gate.opened;
      }),
    ]);
    bus.publish(TOPIC, [message('m')]);
    await until(() => seen.length === 1);
    const other = new DatabaseSync(join(host.dataDir, 'bus.db'), { enableForeignKeyConstraints: false });
    other.exec('drop table deliveries');
    other.close();
    gate.open();
    await until(() => host.fatal.length > 0);
    expect(host.fatal.splice(0)[0]).toMatchObject({ message: expect.stringContaining('no such table') });
  });

  it('warns of a subscription that no function reads', async () => {
    bus.ensureSubscription(TOPIC, 'former');
    bus.publish(TOPIC, [message('m')]);
    await start();
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
    const context = host.for([subscriber()], { hostJson: { extensions: { serviceBus } } });
    expect(() => createServiceBusListener(context)).toThrow(text);
  });

  it('refuses a trigger without a subscription, naming the function', () => {
    const context = host.for([subscriber(note, { subscriptionName: undefined })]);
    expect(() => createServiceBusListener(context)).toThrow(
      'Function "subscriber": its serviceBusTrigger has no subscriptionName.',
    );
  });
});
