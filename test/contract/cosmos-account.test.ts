import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  openCosmosStore,
  type CosmosStore,
  type CosmosStoreOptions,
} from '../../shared/adapters/cosmos/cosmos-store';
import { StaleWriteError } from '../../shared/contracts/errors';
import { create, replace } from '../../shared/ports/store';
import {
  startCosmosServer,
  type CosmosServer,
  type CosmosServerOptions,
} from '../support/cosmos/cosmos-server';
import { get, note } from './store-fixture';

describe('a Cosmos DB account', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const start = async (options: CosmosServerOptions = {}): Promise<CosmosServer> => {
    const server = await startCosmosServer(options);
    closing.push(() => server.stop());
    if (server.certificate !== null) {
      const trusted = getCACertificates('default');
      setDefaultCACertificates([...trusted, server.certificate]);
      closing.push(() => setDefaultCACertificates(trusted));
    }
    return server;
  };
  const open = (options: CosmosStoreOptions): CosmosStore => {
    const store = openCosmosStore(options);
    closing.push(() => store.close());
    return store;
  };

  it('is used by identity, without a key', async () => {
    const server = await start({ tls: true });
    const { endpoint } = server;
    await open(server).commit('p', [create(note, 'by-key', { text: '' })]);
    const first = server.requests.length;
    const store = open({ endpoint, credential: server.credential() });
    await store.commit('p', [create(note, 'a', { text: '1' })]);
    expect((await get(store, 'a')).body.text).toBe('1');
    const schemes = server.requests.slice(first).map(({ headers }) => headers.authorization?.slice(0, 8));
    expect(new Set(schemes)).toEqual(new Set(['type=aad']));
  });

  it('lets in no other key, no token for another account and none that has expired', async () => {
    const server = await start({ tls: true });
    const stranger = await start();
    await open(server).commit('p', [create(note, 'a', { text: '1' })]);
    const { endpoint } = server;
    const key = Buffer.alloc(64, 1).toString('base64');
    const intruders: CosmosStoreOptions[] = [
      { connectionString: `AccountEndpoint=${endpoint};AccountKey=${key};` },
      { endpoint, credential: stranger.credential() },
      { endpoint, credential: server.credential(-1) },
    ];
    for (const options of intruders) {
      await expect(open(options).read(note, 'p', 'a')).rejects.toMatchObject({ code: 401 });
    }
  });

  it('is not changed in its shape by an identity: that is deployed', async () => {
    const server = await start({ tls: true });
    const store = open({ endpoint: server.endpoint, credential: server.credential() });
    await expect(store.read(note, 'p', 'a')).rejects.toMatchObject({ code: 404 });
    expect(server.requests.some(({ headers }) => headers['content-type'] === 'application/json')).toBe(false);
  });

  it('shows a process its own writes although a replica is behind, and never lets it overwrite unseen ones', async () => {
    const server = await start({ lagTransactions: 1 });
    const [store, other] = [open(server), open(server)];
    await store.commit('p', [create(note, 'a', { text: '0' })]);
    await store.commit('p', [replace(note, await get(store, 'a'), { text: '1' })]);
    expect((await get(store, 'a')).body.text).toBe('1');
    const behind = await get(other, 'a');
    expect(behind.body.text).toBe('0');
    const overwriting = other.commit('p', [replace(note, behind, { text: 'lost update' })]);
    await expect(overwriting).rejects.toBeInstanceOf(StaleWriteError);
    expect((await get(other, 'a')).body.text).toBe('1');
  });

  it('is not taken to be without a document that it cannot show at the moment', async () => {
    const server = await start();
    const store = open(server);
    await store.commit('p', [create(note, 'a', { text: '0' })]);
    server.faults.rule = (kind) =>
      kind === 'read' ? { kind: 'answer', status: 404, substatus: 1002 } : null;
    await expect(store.read(note, 'p', 'a')).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: { code: 404, substatus: 1002 },
    });
  });

  it('keeps its documents, and the places in its feed, over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-cosmos-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const options = { dataFile: join(folder, 'cosmos.json') };
    const before = await startCosmosServer(options);
    const store = openCosmosStore(before);
    await store.commit('p', [create(note, 'a', { text: '1' })]);
    const { next } = await store.changes('note', null, 10);
    await store.commit('p', [create(note, 'b', { text: '2' })]);
    store.close();
    await before.stop();
    const again = open(await start(options));
    expect((await get(again, 'a')).body.text).toBe('1');
    expect((await again.changes('note', next, 10)).changes.map(({ id }) => id)).toEqual(['b']);
  });
});
