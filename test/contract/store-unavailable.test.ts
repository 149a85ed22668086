import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { create, type Store } from '../../shared/ports/store';
import type { Fault } from '../support/cosmos/cosmos-faults';
import { startCosmosServer, type CosmosServer } from '../support/cosmos/cosmos-server';
import { ApiUnderTest } from '../unit/http/api-under-test';
import { put, workloadInput } from '../unit/http/samples';
import { code, get, note } from './store-fixture';

const LIMIT_MS = 1_000;
const LASTING: readonly (readonly [string, Fault])[] = [
  ['is throttled', { kind: 'answer', status: 429, retryAfterMs: 1 }],
  ['answers 503', { kind: 'answer', status: 503 }],
  ['answers 500', { kind: 'answer', status: 500 }],
  ['answers nothing', { kind: 'silence-after' }],
  ['cuts connections', { kind: 'cut-before' }],
];
const UNAVAILABLE = {
  status: 503,
  headers: { 'retry-after': '10', 'content-type': 'application/problem+json' },
  json: { code: 'store-unavailable', type: 'urn:causeway:problem:store-unavailable' },
};

const callsOf = (store: Store): readonly Promise<unknown>[] => [
  store.read(note, 'p', 'a'),
  store.list(note, 'p'),
  store.find(note, 'due', { equals: 'x' }),
  store.changes('note', null, 10),
  store.commit('p', [create(note, 'b', { text: '' })]),
];

describe('a Cosmos DB account in trouble that lasts', () => {
  let server: CosmosServer;
  let store: CosmosStore;
  const open = (): CosmosStore =>
    openCosmosStore({
      connectionString: server.connectionString,
      requestLimitMs: 300,
      readLimitMs: LIMIT_MS,
      patience: { attempts: 3, firstWaitMs: 1, longestWaitMs: 5, limitMs: LIMIT_MS },
    });

  beforeEach(async () => {
    server = await startCosmosServer();
    store = open();
    await store.commit('p', [create(note, 'a', { text: '0' })]);
  });
  afterEach(async () => {
    store.close();
    await server.stop();
  });

  const expectUnavailable = async (calls: readonly Promise<unknown>[]): Promise<void> => {
    const results = await Promise.allSettled(calls);
    expect(results).toEqual(calls.map(() => ({ status: 'rejected', reason: code('store-unavailable') })));
  };

  it.each(LASTING)(
    'that %s is told as such by every call, and is forgotten when it is over',
    async (_, fault) => {
      server.faults.rule = (kind) => (['account', 'metadata'].includes(kind) ? null : fault);
      await expectUnavailable(callsOf(store));
      server.faults.rule = () => null;
      expect((await get(store, 'a')).body.text).toBe('0');
    },
  );

  it('whose connections are refused is told as such, by who was connected and by who was not', async () => {
    await server.stop();
    const late = open();
    await expectUnavailable([...callsOf(store), ...callsOf(late)]);
    late.close();
  });

  it('is 503 over HTTP, with a code and when to ask again, for reads and writes, and later the same request is served', async () => {
    const api = new ApiUnderTest();
    Object.assign(api.services.ledger, { store });
    const lead = await api.authorization('Lena', 'lead');
    const headers = { ...lead, 'idempotency-key': 'first' };
    const read = () => api.call('listWaves', { headers: lead });
    const write = () => api.call('putWorkload', put(workloadInput('first'), headers));
    server.faults.rule = (kind) => (kind === 'batch' ? { kind: 'answer', status: 429 } : null);
    expect(await write()).toMatchObject(UNAVAILABLE);
    server.faults.rule = () => ({ kind: 'answer', status: 503 });
    expect(await read()).toMatchObject(UNAVAILABLE);
    server.faults.rule = () => null;
    expect(await write()).toMatchObject({ status: 201 });
    expect(await read()).toMatchObject({ status: 200 });
    api.close();
  });
});

describe('a store in SQLite whose file another process keeps locked', () => {
  it('is told as unavailable, and nothing is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-busy-'));
    const path = join(folder, 'store.db');
    const store = new SqliteStore(path, { busyTimeoutMs: 20 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const commit = () => store.commit('p', [create(note, 'a', { text: '' })]);
    await expect(commit()).rejects.toEqual(code('store-unavailable'));
    expect(await store.read(note, 'p', 'a')).toBeNull();
    other.exec('ROLLBACK');
    await commit();
    other.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
});
