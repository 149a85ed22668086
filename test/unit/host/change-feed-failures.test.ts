import { describe, expect, it } from '@jest/globals';
import type { RetryPolicy } from '../../../host/function-app';
import { changeFeedListener } from '../../../host/triggers/change-feed';
import { contextForEachTest } from '../../support/context-for-each-test';
import { FeedTriggerContext } from '../../support/feed-trigger-context';
import { latch, settle, until } from '../../support/trigger-context';

const FOR_EVER: RetryPolicy = {
  strategy: 'exponentialBackoff',
  maxRetryCount: -1,
  minimumIntervalMs: 1_000,
  maximumIntervalMs: 8_000,
};

describe('the change feed trigger where a function fails or the host ends', () => {
  let host: FeedTriggerContext;
  contextForEachTest(() => (host = new FeedTriggerContext()));

  it('goes on after a restart where it was', async () => {
    host.feed.add(['e1']);
    const first = await host.startReading(host.relay());
    await until(() => host.seen.length === 1);
    await first.drain();
    host.feed.add(['e2']);
    await host.startReading(host.relay());
    await until(() => host.seen.length === 2);
    await settle();
    expect(host.seen).toEqual(['e1', 'e2']);
  });

  it('hands over again what was under way when the process died', async () => {
    const never = latch();
    host.feed.add(['e1']);
    await host.startReading(
      host.relay(async (invocation) => {
        host.note(invocation);
        await never.opened;
      }),
    );
    await until(() => host.seen.length === 1);
    const after = new FeedTriggerContext(host.clock);
    await after.start(
      changeFeedListener(async () => host.feed)({ ...after.for([host.relay()]), dataDir: host.dataDir }),
    );
    await until(() => host.seen.length === 2);
    expect(host.seen).toEqual(['e1', 'e1']);
    await after.close();
    never.open();
  });

  it('retries a batch without limit where the policy says so, and lets nothing overtake it', async () => {
    const attempts: unknown[] = [];
    let isUp = false;
    await host.startReading(
      host.relay(
        (invocation) => {
          attempts.push(invocation.retryContext);
          if (!isUp) throw new Error('the bus is away');
          host.note(invocation);
        },
        {},
        FOR_EVER,
      ),
    );
    host.feed.add(['e1']);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await until(() => host.clock.waiting.length === 1 && attempts.length === attempt);
      const waitMs = Date.parse(host.clock.waiting[0]!) - host.clock.now();
      waits.push(waitMs);
      host.feed.add([`later ${attempt}`]);
      isUp = attempt === 6;
      host.clock.advance(waitMs);
    }
    await until(() => host.seen.length === 7);
    expect(host.seen[0]).toBe('e1');
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    const awayError = {
      message: 'the bus is away',
      stackTrace: expect.stringContaining('change-feed-failures.test'),
    };
    expect(attempts.slice(0, 3)).toEqual([
      undefined,
      { retryCount: 1, maxRetryCount: -1, exception: awayError },
      { retryCount: 2, maxRetryCount: -1, exception: awayError },
    ]);
  });

  it('hands an attempt the document as stored, whatever the one before did to it', async () => {
    const texts: unknown[] = [];
    host.feed.add([{ text: 'as stored' }]);
    await host.startReading(
      host.relay(
        ({ triggerData }) => {
          const [document] = triggerData as { text: string }[];
          texts.push(document!.text);
          document!.text = 'spoilt';
          throw new Error('no');
        },
        {},
        { strategy: 'fixedDelay', maxRetryCount: 1, delayIntervalMs: 500 },
      ),
    );
    await until(() => host.clock.waiting.length === 1);
    host.clock.advance(500);
    await until(() => texts.length === 2);
    expect(texts).toEqual(['as stored', 'as stored']);
  });

  it('moves on when the retries are used up, with an error', async () => {
    host.feed.add(['bad', 'good']);
    await host.startReading(
      host.relay(
        (invocation) => {
          if ((invocation.triggerData as unknown[])[0] === 'bad') throw new Error('no');
          host.note(invocation);
        },
        { maxItemsPerInvocation: 1 },
      ),
    );
    await until(() => host.seen.length === 1);
    expect(host.seen).toEqual(['good']);
    expect(host.logged).toContain('error Function "relay" will not see 1 changes of ledger again');
  });

  it('stops waiting for a retry when drained, and keeps the batch for the next start', async () => {
    host.feed.add(['e1']);
    const failing = await host.startReading(
      host.relay(
        () => {
          throw new Error('no');
        },
        {},
        FOR_EVER,
      ),
    );
    await until(() => host.clock.waiting.length === 1);
    await failing.drain();
    expect([host.clock.waiting, host.feed.isClosed]).toEqual([[], true]);
    await host.startReading(host.relay());
    await until(() => host.seen.length === 1);
    expect(host.seen).toEqual(['e1']);
  });

  it('waits for the handler when drained', async () => {
    const gate = latch();
    host.feed.add(['e1']);
    const listener = await host.startReading(
      host.relay(async (invocation) => {
        host.note(invocation);
        await gate.opened;
      }),
    );
    await until(() => host.seen.length === 1);
    let isDrained = false;
    const drained = listener.drain().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    gate.open();
    await drained;
  });
});
