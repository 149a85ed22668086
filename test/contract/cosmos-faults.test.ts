import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import type { ChargedCall } from '../../shared/adapters/cosmos/request-charge';
import { StaleWriteError } from '../../shared/contracts/errors';
import { create, remove, replace } from '../../shared/ports/store';
import { startCosmosServer, type CosmosServer } from '../support/cosmos/cosmos-server';
import type { Fault } from '../support/cosmos/cosmos-faults';
import { until } from '../support/trigger-context';
import { code, get, note } from './store-fixture';

const REQUEST_LIMIT_MS = 400;
const patience = { attempts: 4, firstWaitMs: 1, longestWaitMs: 5, limitMs: 60_000 };
const LOST: readonly (readonly [string, Fault])[] = [
  ['never comes', { kind: 'silence-after' }],
  ['is cut off', { kind: 'cut-after' }],
  ['is 503', { kind: 'answer-after', status: 503 }],
  ['is 408', { kind: 'answer-after', status: 408 }],
];

describe('a Cosmos DB account in trouble', () => {
  let server: CosmosServer;
  let store: CosmosStore;
  let other: CosmosStore;
  let calls: ChargedCall[];

  const open = (): CosmosStore =>
    openCosmosStore({
      connectionString: server.connectionString,
      requestLimitMs: REQUEST_LIMIT_MS,
      patience,
      onCharge: (call) => calls.push(call),
    });
  const batches = () => server.requests.filter(({ kind }) => kind === 'batch').length;

  beforeEach(async () => {
    server = await startCosmosServer();
    calls = [];
    store = open();
    other = open();
    await store.commit('p', [create(note, 'a', { text: '0' })]);
  });
  afterEach(async () => {
    store.close();
    other.close();
    await server.stop();
  });

  describe.each(LOST)('a commit whose answer %s', (_, fault) => {
    it('is done once, and no error', async () => {
      const before = batches();
      server.faults.next('batch', fault);
      await store.commit('p', [
        replace(note, await get(store, 'a'), { text: '1' }),
        create(note, 'b', { text: '' }),
      ]);
      expect(batches()).toBe(before + 2);
      expect((await get(store, 'a')).body.text).toBe('1');
    });

    it('is recognised where it only replaced or only deleted', async () => {
      server.faults.next('batch', fault);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: '1' })]);
      server.faults.next('batch', fault);
      await store.commit('p', [remove(note, await get(store, 'a'))]);
      expect(await store.read(note, 'p', 'a')).toBeNull();
    });
  });

  /** Loses the answer of a commit; `meanwhile` happens before the service sees it again. */
  const commitAndLose = async (meanwhile: () => Promise<void>): Promise<void> => {
    const stored = await get(store, 'a');
    server.faults.next('batch', { kind: 'cut-after' }, { kind: 'held', until: meanwhile });
    await store.commit('p', [replace(note, stored, { text: 'mine' })]);
  };
  const overwrite = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1)
      await other.commit('p', [replace(note, await get(other, 'a'), { text: `other ${n}` })]);
  };

  it.each([
    ['comes late', { kind: 'held' as const }],
    ['was heard, and its answer lost', { kind: 'cut-after' as const }],
  ])(
    'makes nothing again that was deleted since, where the first copy of its commit %s',
    async (_, { kind }) => {
      let arrive = (): void => undefined;
      const late = new Promise<void>((resolve) => (arrive = resolve));
      const removeIt = async () => other.commit('p', [remove(note, await get(other, 'b'))]);
      server.faults.next(
        'batch',
        ...(kind === 'held'
          ? [{ kind, until: () => late }]
          : [{ kind }, { kind: 'held' as const, until: removeIt }]),
      );
      await store.commit('p', [create(note, 'b', { text: '' })]);
      if (kind === 'held') await removeIt();
      const before = batches();
      arrive();
      if (kind === 'held') await until(() => batches() > before);
      expect(await store.read(note, 'p', 'b')).toBeNull();
    },
  );

  it('recognises its commit although others have replaced the document since', async () => {
    await commitAndLose(() => overwrite(3));
    expect((await get(store, 'a')).body.text).toBe('other 2');
  });

  it('asks a replica that is not behind the answer which refused the repeated commit', async () => {
    await server.stop();
    server = await startCosmosServer({ lagTransactions: 10 });
    const writer = open();
    await writer.commit('p', [create(note, 'a', { text: '0' })]);
    const stored = await get(writer, 'a');
    server.faults.next('batch', { kind: 'cut-after' });
    await writer.commit('p', [replace(note, stored, { text: '1' })]);
    server.faults.next('batch', { kind: 'cut-after' });
    await writer.commit('p', [create(note, 'b', { text: '' })]);
    // And who was refused for good sees at once what refused it.
    const late = open();
    await expect(late.commit('p', [replace(note, stored, { text: 'x' })])).rejects.toBeInstanceOf(
      StaleWriteError,
    );
    expect((await get(late, 'a')).body.text).toBe('1');
    writer.close();
    late.close();
  });

  it('says that it does not know where nothing tells any more, rather than calling it stale', async () => {
    await expect(commitAndLose(() => overwrite(4))).rejects.toThrow('may or may not');
  });

  it('reports a stale write as one, also after a connection that carried nothing', async () => {
    const stored = await get(store, 'a');
    await overwrite(1);
    server.faults.next('batch', { kind: 'cut-before' });
    const stale = store.commit('p', [replace(note, stored, { text: 'x' }), create(note, 'b', { text: '' })]);
    await expect(stale).rejects.toBeInstanceOf(StaleWriteError);
    server.faults.next('batch', { kind: 'cut-before' });
    await expect(store.commit('p', [create(note, 'a', { text: '' })])).rejects.toEqual(
      code('already-exists'),
    );
    server.faults.next('batch', { kind: 'cut-before' });
    await expect(store.commit('p', [remove(note, stored)])).rejects.toBeInstanceOf(StaleWriteError);
    expect(await store.read(note, 'p', 'b')).toBeNull();
  });

  it('waits as long as 429 says and tries 449 again, reads and writes', async () => {
    const throttled: Fault = { kind: 'answer', status: 429, retryAfterMs: 2 };
    server.faults.next('batch', throttled, { kind: 'answer', status: 449 }, throttled);
    server.faults.next('read', throttled);
    server.faults.next('query', throttled, throttled);
    server.faults.next('feed', throttled);
    await store.commit('p', [create(note, 'b', { text: '', due: '2026' })]);
    expect((await get(store, 'b')).body.due).toBe('2026');
    expect((await store.find(note, 'due', { equals: '2026' })).items).toHaveLength(1);
    expect((await store.changes('note', null, 10)).changes).toHaveLength(2);
  });

  it('gives up in the end and says whether the commit may be in', async () => {
    server.faults.rule = (kind) => (kind === 'batch' ? { kind: 'answer', status: 449 } : null);
    await expect(store.commit('p', [create(note, 'b', { text: '' })])).rejects.toThrow('did not take');
    server.faults.rule = (kind) => (kind === 'batch' ? { kind: 'cut-before' } : null);
    await expect(store.commit('p', [create(note, 'b', { text: '' })])).rejects.toThrow('may or may not');
    server.faults.rule = () => null;
    expect(await store.read(note, 'p', 'b')).toBeNull();
  });

  it('reads again over a new connection where one was cut', async () => {
    server.faults.next('read', { kind: 'cut-before' });
    expect((await get(store, 'a')).body.text).toBe('0');
  });

  it('keeps the mark of a deletion out of lists and feeds, and lets it expire', async () => {
    await store.commit('p', [remove(note, await get(store, 'a'))]);
    expect((await store.list(note, 'p')).items).toEqual([]);
    expect((await store.changes('commit', null, 10)).changes).toEqual([]);
    const { next } = await store.changes('note', null, 10);
    server.advance(3_601_000);
    expect((await store.changes('note', next, 10)).changes).toEqual([]);
  });

  it('tells what each call cost, failed requests and empty looks included', async () => {
    calls = [];
    const stored = await get(store, 'a');
    await store.commit('p', [replace(note, stored, { text: '1' })]);
    await expect(store.commit('p', [replace(note, stored, { text: '2' })])).rejects.toThrow();
    await store.find(note, 'due', { equals: 'x' });
    expect(calls.map(({ call, outcome }) => `${call} ${outcome}`)).toEqual([
      'read done',
      'commit done',
      'commit refused',
      'find done',
    ]);
    expect(calls[0]).toMatchObject({ requests: 1, requestUnits: 1 });
    expect(calls[2]?.requests).toBe(2);
    expect(calls.every(({ requestUnits }) => requestUnits > 0)).toBe(true);
  });
});
