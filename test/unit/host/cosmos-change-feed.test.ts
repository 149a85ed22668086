import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Invocation } from '../../../host/function-app';
import { createChangeFeedListener } from '../../../host/triggers/change-feed';
import { openCosmosChangeFeed } from '../../../host/triggers/cosmos-change-feed';
import { openCosmosStore, type CosmosStore } from '../../../shared/adapters/cosmos/cosmos-store';
import { create, type DocumentType } from '../../../shared/ports/store';
import { startCosmosServer, type CosmosServer } from '../../support/cosmos/cosmos-server';
import { settle, triggeredFunction, TriggerContext, until } from '../../support/trigger-context';

const eventType: DocumentType<{ text: string }> = { name: 'event', schema: z.object({ text: z.string() }) };
const event = (n: number) => create(eventType, `n${n}`, { text: String(n) });

describe('the change feed trigger with an account in Cosmos DB', () => {
  let host: TriggerContext;
  let server: CosmosServer;
  let store: CosmosStore;
  let seen: string[];

  beforeEach(async () => {
    host = new TriggerContext();
    server = await startCosmosServer();
    store = openCosmosStore({ connectionString: server.connectionString });
    seen = [];
  });
  afterEach(async () => {
    await host.close();
    store.close();
    await server.stop();
    expect(host.fatal).toEqual([]);
  });

  /** Marks of commits are documents of the container, too. */
  const eventsOf = ({ triggerData }: Invocation) =>
    (triggerData as { type: string; name: string }[]).filter(({ type }) => type === eventType.name);
  const note = (invocation: Invocation): void => {
    for (const { name } of eventsOf(invocation)) seen.push(name);
  };
  const start = (handler: (invocation: Invocation) => unknown = note) => {
    const relay = triggeredFunction(
      'relay',
      {
        type: 'cosmosDBTrigger',
        connection: 'COSMOS',
        databaseName: 'causeway',
        containerName: 'ledger',
        startFromBeginning: true,
        feedPollDelay: 10,
      },
      handler,
    );
    const settings = { COSMOS: server.connectionString };
    return host.start(createChangeFeedListener({ ...host.for([relay]), settings }));
  };

  it('hands over what is committed, in the shape in which the account keeps it', async () => {
    const documents: unknown[] = [];
    await store.commit('wave:1', [event(1)]);
    await start((invocation) => documents.push(...eventsOf(invocation)));
    await until(() => documents.length === 1);
    expect(documents[0]).toMatchObject({
      id: 'event:n1',
      partition: 'wave:1',
      type: 'event',
      name: 'n1',
      body: { text: '1' },
    });
  });

  it('waits for the container to be there', async () => {
    await start();
    await until(() => server.requests.some(({ status }) => status === 404));
    await store.commit('wave:1', [event(1)]);
    await until(() => seen.length === 1);
    expect(host.logged).toEqual([]);
  });

  it('goes on after a restart where it was in each physical partition', async () => {
    for (let n = 0; n < 9; n += 1) await store.commit(`wave:${n}`, [event(n)]);
    const first = await start();
    await until(() => seen.length === 9);
    await first.drain();
    for (let n = 10; n < 19; n += 1) await store.commit(`wave:${n}`, [event(n)]);
    await start();
    await until(() => seen.length === 18);
    await settle();
    expect(new Set(seen).size).toBe(18);
  });

  it('waits for an account that cannot be reached, and loses nothing', async () => {
    await store.commit('wave:1', [event(1)]);
    server.faults.next('feed', { kind: 'answer', status: 400 }, { kind: 'answer', status: 400 });
    await start();
    for (const waitMs of [1_000, 2_000]) {
      await until(() => host.clock.waiting.length === 1);
      host.clock.advance(waitMs);
    }
    await until(() => seen.length === 1);
    expect(host.logged.filter((line) => line.includes('change feed of ledger'))).toHaveLength(2);
  });

  it('asks again where the account never answers, and loses nothing', async () => {
    await store.commit('wave:1', [event(1)]);
    server.faults.next('feed', { kind: 'silence-after' });
    const fn = triggeredFunction('relay', { type: 'cosmosDBTrigger' }, note);
    const trigger = { fn, connection: 'COSMOS', database: 'causeway', container: 'ledger' };
    const limits = { maxItems: 10, startFromBeginning: true, pollMs: 10 };
    const feed = openCosmosChangeFeed(
      server.connectionString,
      { ...trigger, ...limits },
      host.for([fn]),
      200,
    );
    const reading = feed.changes(null, 10, new AbortController().signal);
    await until(() => host.clock.waiting.length === 1);
    host.clock.advance(1_000);
    for (let page = await reading; page.documents.length === 0;)
      page = await feed.changes(page.next, 10, new AbortController().signal);
    expect(host.logged).toEqual([expect.stringContaining('trying again in 1000 ms: Timeout')]);
    feed.close();
  });

  it('stops while it waits', async () => {
    server.faults.rule = (kind) => (kind === 'feed' ? { kind: 'answer', status: 400 } : null);
    await store.commit('wave:1', [event(1)]);
    const listener = await start();
    await until(() => host.clock.waiting.length === 1);
    await listener.drain();
    expect([host.clock.waiting, seen]).toEqual([[], []]);
  });
});
