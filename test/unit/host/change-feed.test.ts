import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { changeFeedListener, createChangeFeedListener } from '../../../host/triggers/change-feed';
import { SqliteStore } from '../../../shared/adapters/sqlite/sqlite-store';
import { create, type DocumentType } from '../../../shared/ports/store';
import { contextForEachTest } from '../../support/context-for-each-test';
import { FeedTriggerContext } from '../../support/feed-trigger-context';
import { settle, until } from '../../support/trigger-context';

describe('the change feed trigger', () => {
  let host: FeedTriggerContext;
  contextForEachTest(() => (host = new FeedTriggerContext()));

  it('hands over the documents of its container in order, as they are committed', async () => {
    host.feed.add(['e1']);
    await host.startReading(host.relay());
    await until(() => host.seen.length === 1);
    host.feed.add(['e2', 'e3']);
    await until(() => host.seen.length === 3);
    expect(host.seen).toEqual(['e1', 'e2', 'e3']);
  });

  it('hands over at most maxItemsPerInvocation at a time', async () => {
    const sizes: number[] = [];
    host.feed.add([1, 2, 3, 4, 5]);
    await host.startReading(
      host.relay(({ triggerData }) => sizes.push((triggerData as unknown[]).length), {
        maxItemsPerInvocation: 2,
      }),
    );
    await until(() => sizes.length === 3);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('begins at the end unless told otherwise, the first time only', async () => {
    host.feed.add(['before']);
    const fromNow = host.relay(host.note, { startFromBeginning: false, maxItemsPerInvocation: 1 });
    const first = await host.startReading(fromNow);
    await first.drain();
    host.feed.add(['while down']);
    await host.startReading(fromNow);
    await until(() => host.seen.length === 1);
    host.feed.add(['now']);
    await until(() => host.seen.length === 2);
    expect(host.seen).toEqual(['while down', 'now']);
  });

  it('finds what another process committed', async () => {
    await host.startReading(host.relay(host.note, { feedPollDelay: 5 }));
    await settle();
    host.feed.add(['from elsewhere'], false);
    await until(() => host.seen.length === 1);
    expect(host.seen).toEqual(['from elsewhere']);
  });

  it('misses nothing that is committed while it finds nothing', async () => {
    let isFirstLook = true;
    const empty = host.feed.changes.bind(host.feed);
    host.feed.changes = async (after, limit) => {
      const page = await empty(after, limit);
      if (isFirstLook) host.feed.add(['just after the look']);
      isFirstLook = false;
      return page;
    };
    await host.startReading(host.relay(host.note, { feedPollDelay: 3_600_000 }));
    await until(() => host.seen.length === 1);
    expect(host.seen).toEqual(['just after the look']);
  });

  it('keeps a position for each function', async () => {
    const other: unknown[] = [];
    host.feed.add(['e1']);
    const first = await host.startReading(host.relay());
    await until(() => host.seen.length === 1);
    await first.drain();
    const sweeper = { ...host.relay(({ triggerData }) => other.push(triggerData)), name: 'sweeper' };
    await host.startReading(host.relay(), sweeper);
    await until(() => other.length === 1);
    expect([host.seen, other]).toEqual([['e1'], [['e1']]]);
  });

  it('refuses what it does not do, naming the function', () => {
    const of = (binding: object) =>
      changeFeedListener(async () => host.feed)(host.for([host.relay(host.note, binding)]));
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
    await host.start(
      createChangeFeedListener(host.for([host.relay(host.note, { feedPollDelay: 3_600_000 })])),
    );
    await settle();
    await store.commit('wave:1', [
      create(noteType, 'n1', { text: 'one' }),
      create(noteType, 'n2', { text: 'two' }),
    ]);
    await until(() => host.seen.length === 2);
    expect(host.seen).toEqual([
      { id: 'event:n1', partition: 'wave:1', type: 'event', name: 'n1', body: { text: 'one' } },
      { id: 'event:n2', partition: 'wave:1', type: 'event', name: 'n2', body: { text: 'two' } },
    ]);
    store.close();
  });

  it('refuses an account that is named with an identity, rather than read an empty store beside it', async () => {
    const settings = { COSMOS__accountEndpoint: 'https://account.documents.azure.com' };
    const listener = createChangeFeedListener(host.for([host.relay()], { settings }));
    await expect(host.start(listener)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringContaining('COSMOS__accountEndpoint'),
    });
  });
});
