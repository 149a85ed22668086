import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Invocation, RetryPolicy, TriggerListener } from '../../../host/function-app';
import { changeFeedListener, createChangeFeedListener } from '../../../host/triggers/change-feed';
import { SqliteStore } from '../../../shared/adapters/sqlite/sqlite-store';
import { create, type DocumentType } from '../../../shared/ports/store';
import { MemoryChangeFeed } from '../../support/memory-change-feed';
import { latch, settle, triggeredFunction, TriggerContext, until } from '../../support/trigger-context';

const FOR_EVER: RetryPolicy = {
  strategy: 'exponentialBackoff',
  maxRetryCount: -1,
  minimumIntervalMs: 1_000,
  maximumIntervalMs: 8_000,
};

describe('the change feed trigger', () => {
  let host: TriggerContext;
  let feed: MemoryChangeFeed;
  let seen: unknown[];

  beforeEach(() => {
    host = new TriggerContext();
    feed = new MemoryChangeFeed();
    seen = [];
  });
  afterEach(async () => {
    await host.close();
    expect(host.fatal).toEqual([]);
  });

  const note = ({ triggerData }: Invocation): void => {
    seen.push(...(triggerData as unknown[]));
  };
  const relay = (
    handler: (invocation: Invocation) => unknown = note,
    binding: object = {},
    retry: RetryPolicy | null = null,
  ) =>
    triggeredFunction(
      'relay',
      {
        type: 'cosmosDBTrigger',
        connection: 'COSMOS',
        databaseName: 'causeway',
        containerName: 'ledger',
        startFromBeginning: true,
        ...binding,
      },
      handler,
      retry,
    );
  const start = (...functions: ReturnType<typeof relay>[]): Promise<TriggerListener> =>
    host.start(changeFeedListener(async () => feed)(host.for(functions)));

  it('hands over the documents of its container in order, as they are committed', async () => {
    feed.add(['e1']);
    await start(relay());
    await until(() => seen.length === 1);
    feed.add(['e2', 'e3']);
    await until(() => seen.length === 3);
    expect(seen).toEqual(['e1', 'e2', 'e3']);
  });

  it('hands over at most maxItemsPerInvocation at a time', async () => {
    const sizes: number[] = [];
    feed.add([1, 2, 3, 4, 5]);
    await start(
      relay(({ triggerData }) => sizes.push((triggerData as unknown[]).length), { maxItemsPerInvocation: 2 }),
    );
    await until(() => sizes.length === 3);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('goes on after a restart where it was', async () => {
    feed.add(['e1']);
    const first = await start(relay());
    await until(() => seen.length === 1);
    await first.drain();
    feed.add(['e2']);
    await start(relay());
    await until(() => seen.length === 2);
    await settle();
    expect(seen).toEqual(['e1', 'e2']);
  });

  it('hands over again what was under way when the process died', async () => {
    const never = latch();
    feed.add(['e1']);
    await start(
      relay(async (invocation) => {
        note(invocation);
        await never.opened;
      }),
    );
    await until(() => seen.length === 1);
    const after = new TriggerContext(host.clock);
    await after.start(
      changeFeedListener(async () => feed)({ ...after.for([relay()]), dataDir: host.dataDir }),
    );
    await until(() => seen.length === 2);
    expect(seen).toEqual(['e1', 'e1']);
    await after.close();
    never.open();
  });

  it('begins at the end unless told otherwise, the first time only', async () => {
    feed.add(['before']);
    const fromNow = relay(note, { startFromBeginning: false, maxItemsPerInvocation: 1 });
    const first = await start(fromNow);
    await first.drain();
    feed.add(['while down']);
    await start(fromNow);
    await until(() => seen.length === 1);
    feed.add(['now']);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['while down', 'now']);
  });

  it('retries a batch without limit where the policy says so, and lets nothing overtake it', async () => {
    const attempts: unknown[] = [];
    let isUp = false;
    await start(
      relay(
        (invocation) => {
          attempts.push(invocation.retryContext);
          if (!isUp) throw new Error('the bus is away');
          note(invocation);
        },
        {},
        FOR_EVER,
      ),
    );
    feed.add(['e1']);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await until(() => host.clock.waiting.length === 1 && attempts.length === attempt);
      const waitMs = Date.parse(host.clock.waiting[0]!) - host.clock.now();
      waits.push(waitMs);
      feed.add([`later ${attempt}`]);
      isUp = attempt === 6;
      host.clock.advance(waitMs);
    }
    await until(() => seen.length === 7);
    expect(seen[0]).toBe('e1');
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    const awayError = { message: 'the bus is away', stackTrace: expect.stringContaining('change-feed.test') };
    expect(attempts.slice(0, 3)).toEqual([
      undefined,
      { retryCount: 1, maxRetryCount: -1, exception: awayError },
      { retryCount: 2, maxRetryCount: -1, exception: awayError },
    ]);
  });

  it('hands an attempt the document as stored, whatever the one before did to it', async () => {
    const texts: unknown[] = [];
    feed.add([{ text: 'as stored' }]);
    await start(
      relay(
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
    feed.add(['bad', 'good']);
    await start(
      relay(
        (invocation) => {
          if ((invocation.triggerData as unknown[])[0] === 'bad') throw new Error('no');
          note(invocation);
        },
        { maxItemsPerInvocation: 1 },
      ),
    );
    await until(() => seen.length === 1);
    expect(seen).toEqual(['good']);
    expect(host.logged).toContain('error Function "relay" will not see 1 changes of ledger again');
  });

  it('stops waiting for a retry when drained, and keeps the batch for the next start', async () => {
    feed.add(['e1']);
    const failing = await start(
      relay(
        () => {
          throw new Error('no');
        },
        {},
        FOR_EVER,
      ),
    );
    await until(() => host.clock.waiting.length === 1);
    await failing.drain();
    expect([host.clock.waiting, feed.isClosed]).toEqual([[], true]);
    await start(relay());
    await until(() => seen.length === 1);
    expect(seen).toEqual(['e1']);
  });

  it('waits for the handler when drained', async () => {
    const gate = latch();
    feed.add(['e1']);
    const listener = await start(
      relay(async (invocation) => {
        note(invocation);
        await gate.opened;
      }),
    );
    await until(() => seen.length === 1);
    let isDrained = false;
    const drained = listener.drain().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    gate.open();
    await drained;
  });

  it('finds what another process committed', async () => {
    await start(relay(note, { feedPollDelay: 5 }));
    await settle();
    feed.add(['from elsewhere'], false);
    await until(() => seen.length === 1);
    expect(seen).toEqual(['from elsewhere']);
  });

  it('misses nothing that is committed while it finds nothing', async () => {
    let isFirstLook = true;
    const empty = feed.changes.bind(feed);
    feed.changes = async (after, limit) => {
      const page = await empty(after, limit);
      if (isFirstLook) feed.add(['just after the look']);
      isFirstLook = false;
      return page;
    };
    await start(relay(note, { feedPollDelay: 3_600_000 }));
    await until(() => seen.length === 1);
    expect(seen).toEqual(['just after the look']);
  });

  it('keeps a position for each function', async () => {
    const other: unknown[] = [];
    feed.add(['e1']);
    const first = await start(relay());
    await until(() => seen.length === 1);
    await first.drain();
    const sweeper = { ...relay(({ triggerData }) => other.push(triggerData)), name: 'sweeper' };
    await start(relay(), sweeper);
    await until(() => other.length === 1);
    expect([seen, other]).toEqual([['e1'], [['e1']]]);
  });

  it('refuses what it does not do, naming the function', () => {
    const of = (binding: object) => changeFeedListener(async () => feed)(host.for([relay(note, binding)]));
    expect(() => of({ changeFeedMode: 'AllVersionsAndDeletes' })).toThrow(
      /Function "relay": .*AllVersionsAndDeletes/,
    );
    expect(() => of({ maxItemsPerInvocation: 0 })).toThrow(/Function "relay": maxItemsPerInvocation/);
    expect(() => of({ containerName: undefined })).toThrow(/Function "relay": .*containerName/);
  });

  it('reads the store of one machine, and wakes when this process commits to it', async () => {
    const noteType: DocumentType<{ text: string }> = {
      name: 'event',
      schema: z.object({ text: z.string() }),
    };
    const store = new SqliteStore(join(host.dataDir, 'store.db'));
    await host.start(createChangeFeedListener(host.for([relay(note, { feedPollDelay: 3_600_000 })])));
    await settle();
    await store.commit('wave:1', [
      create(noteType, 'n1', { text: 'one' }),
      create(noteType, 'n2', { text: 'two' }),
    ]);
    await until(() => seen.length === 2);
    expect(seen).toEqual([
      { id: 'event:n1', partition: 'wave:1', type: 'event', name: 'n1', body: { text: 'one' } },
      { id: 'event:n2', partition: 'wave:1', type: 'event', name: 'n2', body: { text: 'two' } },
    ]);
    store.close();
  });

  it('refuses an account that is named with an identity, rather than read an empty store beside it', async () => {
    const settings = { COSMOS__accountEndpoint: 'https://account.documents.azure.com' };
    const listener = createChangeFeedListener(host.for([relay()], { settings }));
    await expect(host.start(listener)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringContaining('COSMOS__accountEndpoint'),
    });
  });
});
