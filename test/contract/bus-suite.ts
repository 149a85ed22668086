import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  BusMessage,
  DeadLetter,
  ReceivedMessage,
} from '../../shared/adapters/sqlite/sqlite-bus-messages';
import type { SubscriptionOptions } from '../../shared/adapters/sqlite/sqlite-bus-topics';

type Awaitable<T> = T | Promise<T>;

/** What the suite asks of a message bus. */
export interface Bus {
  ensureTopic(topic: string, options?: { duplicateWindowMs: number }): Awaitable<unknown>;
  ensureSubscription(topic: string, name: string, options?: Partial<SubscriptionOptions>): Awaitable<unknown>;
  publish(topic: string, messages: readonly BusMessage[]): Awaitable<unknown>;
  receive(topic: string, subscription: string, limit?: number): Awaitable<readonly ReceivedMessage[]>;
  complete(lockToken: string): Awaitable<string>;
  abandon(lockToken: string): Awaitable<string>;
  deadLetter(lockToken: string, reason: string, description: string): Awaitable<string>;
  renewLock(lockToken: string): Awaitable<number | null>;
  deadLetters(
    topic: string,
    subscription: string,
  ): Awaitable<readonly Omit<DeadLetter, 'deadLetteredAtMs'>[]>;
}

export interface BusUnderTest {
  readonly bus: Bus;
  /** Lets that much time pass for the bus. */
  elapse(ms: number): Awaitable<void>;
  close(): Awaitable<void>;
}

export const message = (messageId: string, more: Partial<BusMessage> = {}): BusMessage => ({
  messageId,
  body: { n: messageId },
  ...more,
});

const TOPIC = 'migration-events';

export const describeBus = (name: string, open: () => Awaitable<BusUnderTest>): void => {
  describe(`${name} keeps the promises of a message bus`, () => {
    let under: BusUnderTest;
    let bus: Bus;

    beforeEach(async () => {
      under = await open();
      bus = under.bus;
      await bus.ensureTopic(TOPIC);
    });
    afterEach(async () => {
      await under.close();
    });

    const take = async (subscription: string): Promise<ReceivedMessage> => {
      const [first] = await bus.receive(TOPIC, subscription);
      if (first === undefined) throw new Error(`nothing ready in ${subscription}`);
      return first;
    };
    const idsOf = (received: readonly BusMessage[]): string[] => received.map((each) => each.messageId);

    const drain = async (subscription: string): Promise<string[]> => {
      const seen: string[] = [];
      for (;;) {
        const received = await bus.receive(TOPIC, subscription);
        if (received.length === 0) return seen;
        for (const each of received) {
          seen.push(each.messageId);
          await bus.complete(each.lockToken);
        }
      }
    };

    describe('publishing', () => {
      it('gives every subscription its own copy, with all its parts', async () => {
        await bus.ensureSubscription(TOPIC, 'teams');
        await bus.ensureSubscription(TOPIC, 'log');
        const sent = message('m1', {
          sessionId: 'cutover:1',
          subject: 'cutover.ended',
          correlationId: 'c1',
          contentType: 'application/cloudevents+json',
          applicationProperties: { attempt: 2, dryRun: false, region: 'westeurope' },
          body: { text: 'Übergabe ✓', list: [1, null] },
        });
        await bus.publish(TOPIC, [sent]);
        expect(await take('teams')).toMatchObject({ ...sent, deliveryCount: 1 });
        expect(await take('log')).toMatchObject({ ...sent, deliveryCount: 1 });
      });

      it('keeps the order of a batch', async () => {
        await bus.ensureSubscription(TOPIC, 'log');
        await bus.publish(TOPIC, [message('a'), message('b'), message('c')]);
        expect(await drain('log')).toEqual(['a', 'b', 'c']);
      });

      it('stores all of a batch or nothing', async () => {
        await bus.ensureSubscription(TOPIC, 'log');
        const tooLong = message('x'.repeat(129));
        await expect(
          Promise.resolve().then(() => bus.publish(TOPIC, [message('a'), tooLong])),
        ).rejects.toThrow(/128/);
        expect(await bus.receive(TOPIC, 'log')).toEqual([]);
        await bus.publish(TOPIC, [message('a')]);
        expect(await drain('log')).toEqual(['a']);
      });

      it('refuses a message above 256 KiB', async () => {
        await bus.ensureSubscription(TOPIC, 'log');
        const huge = message('a', { body: 'x'.repeat(256 * 1024) });
        await expect(Promise.resolve().then(() => bus.publish(TOPIC, [huge]))).rejects.toThrow();
        expect(await bus.receive(TOPIC, 'log')).toEqual([]);
      });

      it('drops a message id seen within the window, and takes it again after', async () => {
        await bus.ensureTopic(TOPIC, { duplicateWindowMs: 20_000 });
        await bus.ensureSubscription(TOPIC, 'log');
        await bus.publish(TOPIC, [message('a'), message('a')]);
        await bus.publish(TOPIC, [message('a'), message('b')]);
        expect(await drain('log')).toEqual(['a', 'b']);
        await under.elapse(20_001);
        await bus.publish(TOPIC, [message('a')]);
        expect(await drain('log')).toEqual(['a']);
      });

      it('gives a filtered subscription only its subjects', async () => {
        await bus.ensureSubscription(TOPIC, 'gates', { subjects: ['gate.requested', 'gate.decided'] });
        await bus.publish(TOPIC, [
          message('a', { subject: 'gate.requested' }),
          message('b', { subject: 'wave.started' }),
          message('c'),
          message('d', { subject: 'gate.decided' }),
        ]);
        expect(await drain('gates')).toEqual(['a', 'd']);
      });

      it('creates a subscription again without losing what waits in it', async () => {
        await bus.ensureSubscription(TOPIC, 'log', { maxDeliveryCount: 3 });
        await bus.publish(TOPIC, [message('a')]);
        await bus.ensureSubscription(TOPIC, 'log', { maxDeliveryCount: 4 });
        expect(await drain('log')).toEqual(['a']);
      });
    });

    describe('the peek lock', () => {
      beforeEach(async () => {
        await bus.ensureSubscription(TOPIC, 'log', { lockDurationMs: 5_000, maxDeliveryCount: 3 });
        await bus.publish(TOPIC, [message('a')]);
      });

      it('hides a locked message from everybody else', async () => {
        await take('log');
        expect(await bus.receive(TOPIC, 'log')).toEqual([]);
      });

      it('redelivers when the lock has ended, and the first holder can no longer settle', async () => {
        const first = await take('log');
        await under.elapse(5_001);
        const second = await take('log');
        expect(second).toMatchObject({ messageId: 'a', deliveryCount: 2 });
        expect(await bus.complete(first.lockToken)).toBe('lock-lost');
        expect(await bus.complete(second.lockToken)).toBe('completed');
        expect(await bus.receive(TOPIC, 'log')).toEqual([]);
      });

      it('cannot be used after its end even where nobody took the message since', async () => {
        const first = await take('log');
        await under.elapse(5_001);
        expect(await bus.complete(first.lockToken)).toBe('lock-lost');
        expect(await bus.renewLock(first.lockToken)).toBeNull();
        expect(await bus.abandon(first.lockToken)).toBe('lock-lost');
        expect(await bus.deadLetter(first.lockToken, 'r', 'd')).toBe('lock-lost');
        expect(await drain('log')).toEqual(['a']);
      });

      it('lasts longer when renewed', async () => {
        const first = await take('log');
        await under.elapse(3_000);
        expect(await bus.renewLock(first.lockToken)).not.toBeNull();
        await under.elapse(3_000);
        expect(await bus.receive(TOPIC, 'log')).toEqual([]);
        expect(await bus.complete(first.lockToken)).toBe('completed');
      });

      it('ends at once when the message is abandoned', async () => {
        await bus.abandon((await take('log')).lockToken);
        expect(await take('log')).toMatchObject({ messageId: 'a', deliveryCount: 2 });
      });
    });

    describe('dead letters', () => {
      beforeEach(async () => {
        await bus.ensureSubscription(TOPIC, 'log', { lockDurationMs: 5_000, maxDeliveryCount: 2 });
        await bus.publish(TOPIC, [message('a'), message('b')]);
      });

      it('take what was abandoned as often as the subscription allows', async () => {
        await bus.abandon((await take('log')).lockToken);
        await bus.abandon((await take('log')).lockToken);
        expect(await drain('log')).toEqual(['b']);
        expect(await bus.deadLetters(TOPIC, 'log')).toMatchObject([
          { messageId: 'a', reason: 'MaxDeliveryCountExceeded', deliveryCount: 2 },
        ]);
      });

      it('take what a consumer that dies each time never settled', async () => {
        await take('log');
        await under.elapse(5_001);
        expect(await take('log')).toMatchObject({ messageId: 'a', deliveryCount: 2 });
        await under.elapse(5_001);
        expect(await drain('log')).toEqual(['b']);
        expect(await bus.deadLetters(TOPIC, 'log')).toMatchObject([{ messageId: 'a' }]);
      });

      it('take what a consumer refuses, with its reason', async () => {
        await bus.deadLetter((await take('log')).lockToken, 'unreadable', 'no such event type');
        expect(await bus.deadLetters(TOPIC, 'log')).toMatchObject([
          { messageId: 'a', body: { n: 'a' }, reason: 'unreadable', description: 'no such event type' },
        ]);
      });
    });

    describe('sessions', () => {
      const inSession = (session: string, ...ids: string[]): BusMessage[] =>
        ids.map((id) => message(id, { sessionId: session }));

      beforeEach(async () => {
        await bus.ensureSubscription(TOPIC, 'ordered', { requiresSession: true, lockDurationMs: 5_000 });
      });

      it('have one consumer at a time, side by side with other sessions', async () => {
        await bus.publish(TOPIC, [...inSession('s1', 'a', 'b'), ...inSession('s2', 'x', 'y')]);
        expect(idsOf([await take('ordered'), await take('ordered')])).toEqual(['a', 'x']);
        expect(await bus.receive(TOPIC, 'ordered')).toEqual([]);
      });

      it('go on with the next message only after the one before is settled', async () => {
        await bus.publish(TOPIC, inSession('s1', 'a', 'b'));
        const first = await take('ordered');
        await bus.publish(TOPIC, inSession('s1', 'c'));
        expect(await bus.receive(TOPIC, 'ordered')).toEqual([]);
        await bus.complete(first.lockToken);
        expect(await drain('ordered')).toEqual(['b', 'c']);
      });

      it('give an abandoned message again before anything later', async () => {
        await bus.publish(TOPIC, inSession('s1', 'a', 'b'));
        await bus.abandon((await take('ordered')).lockToken);
        expect(await drain('ordered')).toEqual(['a', 'b']);
      });

      it('give a message whose lock ended again before anything later', async () => {
        await bus.publish(TOPIC, inSession('s1', 'a', 'b'));
        await take('ordered');
        await under.elapse(5_001);
        expect(await drain('ordered')).toEqual(['a', 'b']);
      });

      it('go on behind a dead letter', async () => {
        await bus.publish(TOPIC, inSession('s1', 'a', 'b'));
        await bus.deadLetter((await take('ordered')).lockToken, 'unreadable', '');
        expect(await drain('ordered')).toEqual(['b']);
      });

      it('hand out a batch of one session only, and nothing more of it until all of the batch is settled', async () => {
        await bus.publish(TOPIC, [
          ...inSession('s1', 'a'),
          ...inSession('s2', 'x'),
          ...inSession('s1', 'b', 'c'),
        ]);
        const batch = await bus.receive(TOPIC, 'ordered', 2);
        expect(idsOf(batch)).toEqual(['a', 'b']);
        expect(idsOf(await bus.receive(TOPIC, 'ordered', 5))).toEqual(['x']);
        for (const each of batch) {
          expect(await bus.receive(TOPIC, 'ordered', 5)).toEqual([]);
          await bus.complete(each.lockToken);
        }
        expect(await drain('ordered')).toEqual(['c']);
      });

      it('wait for the rest of a batch when its first message was abandoned', async () => {
        await bus.publish(TOPIC, inSession('s1', 'a', 'b', 'c'));
        const [first, second] = await bus.receive(TOPIC, 'ordered', 2);
        await bus.abandon(first!.lockToken);
        expect(await bus.receive(TOPIC, 'ordered')).toEqual([]);
        await bus.complete(second!.lockToken);
        expect(await drain('ordered')).toEqual(['a', 'c']);
      });

      it('dead-letter a message that has none', async () => {
        await bus.publish(TOPIC, [message('lonely')]);
        expect(await bus.receive(TOPIC, 'ordered')).toEqual([]);
        expect(await bus.deadLetters(TOPIC, 'ordered')).toMatchObject([
          { messageId: 'lonely', reason: 'Session ID is null' },
        ]);
      });
    });
  });
};
