import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import type { Invocation } from '../../../host/function-app';
import { message } from '../../contract/bus-suite';
import { BusTriggerContext, messageIdOf, TOPIC } from '../../support/bus-trigger-context';
import { contextForEachTest } from '../../support/context-for-each-test';
import { latch, settle, until } from '../../support/trigger-context';

describe('how the Service Bus trigger locks and settles messages', () => {
  let host: BusTriggerContext;
  contextForEachTest(() => (host = new BusTriggerContext()));

  it('leaves a message to its lock where nothing settles it, and gives back what failed all the same', async () => {
    const counts: unknown[] = [];
    const handler = ({ triggerMetadata }: Invocation): void => {
      counts.push(triggerMetadata?.['deliveryCount']);
      if (counts.length === 2) throw new Error('failed');
    };
    await host.startReading([host.subscriber(handler, { autoCompleteMessages: false })]);
    host.bus.publish(TOPIC, [message('m1')]);
    await until(() => counts.length === 1);
    await settle();
    expect(host.activeMessages).toBe(1);
    host.clock.advance(60_000);
    await until(() => counts.length === 2);
    await until(() => host.logged.some((line) => line.includes('failed (delivered again in 2000 ms)')));
    host.clock.advance(2_000);
    await until(() => counts.length === 3);
    expect(counts).toEqual([1, 2, 3]);
  });

  it('delivers again after a pause that doubles up to a minute what the function failed on, then dead-letters it', async () => {
    const counts: unknown[] = [];
    await host.startReading([
      host.subscriber(({ triggerMetadata }) => {
        counts.push(triggerMetadata?.['deliveryCount']);
        throw new Error('no such channel');
      }),
    ]);
    host.bus.publish(TOPIC, [message('poison')]);
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]) {
      const delivered = counts.length + 1;
      await until(() => host.clock.waiting.length === 1 && counts.length === delivered);
      host.clock.advance(pauseMs - 1);
      await settle();
      expect(counts).toHaveLength(delivered);
      host.clock.advance(1);
    }
    await until(() => host.activeMessages === 0);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(host.bus.deadLetters(TOPIC, 'teams')).toMatchObject([
      { messageId: 'poison', reason: 'MaxDeliveryCountExceeded' },
    ]);
    expect(host.logged.at(-1)).toBe('error Function "subscriber" failed (dead-lettered): no such channel');
  });

  it('keeps the order of a session while sessions run side by side, a failure included', async () => {
    let failures = 1;
    const first = latch();
    await host.startReading([
      host.subscriber(
        async (invocation) => {
          host.note(invocation);
          if (messageIdOf(invocation) === 'a1') await first.opened;
          if (messageIdOf(invocation) === 'a1' && failures-- > 0) throw new Error('again, please');
        },
        { isSessionsEnabled: true },
      ),
    ]);
    host.bus.publish(
      TOPIC,
      ['a1', 'a2', 'b1', 'b2'].map((id) => message(id, { sessionId: id.slice(0, 1) })),
    );
    await until(() => host.seen.includes('b2') && host.activeMessages === 2);
    first.open();
    await until(
      () =>
        host.clock.waiting.length === 1 &&
        host.bus.nextReadyAtMs(TOPIC, 'teams', host.clock.now()) === host.clock.now() + 1_000,
    );
    host.clock.advance(1_000);
    await until(() => host.activeMessages === 0);
    expect(host.seen).toEqual(['a1', 'b1', 'b2', 'a1', 'a2']);
  });

  it('renews the lock while the handler runs, as long as host.json allows, then delivers again', async () => {
    const gate = latch();
    await host.startReading([
      host.subscriber(async (invocation) => {
        host.note(invocation);
        await gate.opened;
      }),
    ]);
    host.bus.publish(TOPIC, [message('slow')]);
    await until(() => host.seen.length === 1);
    host.clock.advance(5 * 60_000);
    await settle();
    expect(host.seen).toEqual(['slow']);
    host.clock.advance(61_000);
    await until(() => host.seen.length === 2);
    gate.open();
    await until(() => host.activeMessages === 0);
    expect(host.logged.some((line) => line.includes('after the lock on its message was lost'))).toBe(true);
  });

  it('delivers again at start what was under way when the process died', async () => {
    host.bus.ensureSubscription(TOPIC, 'teams');
    host.bus.publish(TOPIC, [message('m')]);
    host.bus.receive(TOPIC, 'teams');
    await host.startReading();
    await until(() => host.activeMessages === 0);
    expect(host.seen).toEqual(['m']);
  });

  it('waits for handlers when drained, and starts no other', async () => {
    const gate = latch();
    const listener = await host.startReading(
      [
        host.subscriber(async (invocation) => {
          host.note(invocation);
          await gate.opened;
        }),
      ],
      { hostJson: { extensions: { serviceBus: { maxConcurrentCalls: 1 } } } },
    );
    host.bus.publish(TOPIC, [message('a'), message('b')]);
    await until(() => host.seen.length === 1);
    let isDrained = false;
    const drained = listener.drain().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    gate.open();
    await drained;
    await settle();
    expect([host.seen, host.activeMessages]).toEqual([['a'], 1]);
  });

  it('ends the host where the bus cannot store what was promised', async () => {
    const gate = latch();
    await host.startReading([
      host.subscriber(async (invocation) => {
        host.note(invocation);
        await gate.opened;
      }),
    ]);
    host.bus.publish(TOPIC, [message('m')]);
    await until(() => host.seen.length === 1);
    const other = new DatabaseSync(join(host.dataDir, 'bus.db'), { enableForeignKeyConstraints: false });
    other.exec('drop table deliveries');
    other.close();
    gate.open();
    await until(() => host.fatal.length > 0);
    expect(host.fatal.splice(0)[0]).toMatchObject({ message: expect.stringContaining('no such table') });
  });
});
