import { beforeEach, describe, expect, it } from '@jest/globals';
import { create, remove, replace, type Store } from '../../shared/ports/store';
import { note, memo, numbered, code, get, drain, type StoreUnderTest } from './store-fixture';

/** The feed of changes. */
export function storeChangesSuite(current: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = current().store;
  });

  describe('changes', () => {
    it('gives inserted and replaced documents of the type, oldest first, from where one left off', async () => {
      expect((await store.changes('note', null, 10)).changes).toEqual([]);
      await store.commit('p', [create(note, 'a', { text: '1' }), create(memo, 'm', { text: '' })]);
      await store.commit('q', [create(note, 'b', { text: '2' })]);
      const first = await store.changes('note', null, 1);
      expect(first.changes).toHaveLength(1);
      const second = await store.changes('note', first.next, 10);
      // Which partition comes first is not promised.
      const both = [...first.changes, ...second.changes].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(both).toEqual([
        { partition: 'p', type: 'note', id: 'a', body: { text: '1' } },
        { partition: 'q', type: 'note', id: 'b', body: { text: '2' } },
      ]);
      const none = await store.changes('note', second.next, 10);
      expect(none.changes).toEqual([]);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: '3' })]);
      const third = await store.changes('note', none.next, 10);
      expect(third.changes).toEqual([{ partition: 'p', type: 'note', id: 'a', body: { text: '3' } }]);
    });

    it('forgets deleted documents and still goes on from there', async () => {
      await store.commit('p', [create(note, 'a', { text: '1' }), create(note, 'b', { text: '1' })]);
      const { next } = await store.changes('note', null, 10);
      await store.commit('p', [create(note, 'c', { text: '' })]);
      await store.commit('p', [remove(note, await get(store, 'c'))]);
      await store.commit('p', [remove(note, await get(store, 'b'))]);
      expect((await store.changes('note', next, 10)).changes).toEqual([]);
      await store.commit('p', [create(note, 'd', { text: '' })]);
      expect((await store.changes('note', next, 10)).changes.map((change) => change.id)).toEqual(['d']);
    });

    it('loses nothing while writers write, and keeps the order within a partition', async () => {
      const second = await current().reopen();
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; n < 40; n += 1) {
          const on = n % 2 === 0 ? store : second;
          await on.commit(`w${writer}`, [create(note, numbered(n), { text: '' })]);
        }
      });
      let writing = true;
      const written = Promise.all(writers).finally(() => (writing = false));
      const seen = new Map<string, string[]>();
      let after: string | null = null;
      let idle = false;
      while (!idle) {
        const wasWriting = writing;
        const read: Awaited<ReturnType<typeof drain>> = await drain(second, after);
        after = read.next;
        for (const { partition, id } of read.changes) {
          seen.set(partition, [...(seen.get(partition) ?? []), id]);
        }
        idle = !wasWriting;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await written;
      expect(seen.size).toBe(6);
      const expected = Array.from({ length: 40 }, (_, n) => numbered(n));
      for (const ids of seen.values()) expect(ids).toEqual(expected);
    });

    it('goes on in another instance from the position the first one reached', async () => {
      await store.commit('p', [create(note, 'a', { text: '' })]);
      const { next } = await store.changes('note', null, 10);
      await store.commit('p', [create(note, 'b', { text: '' })]);
      const second = await current().reopen();
      expect((await second.changes('note', next, 10)).changes.map((change) => change.id)).toEqual(['b']);
    });

    it('refuses a position or limit that cannot be', async () => {
      for (const after of ['', 'x', '-1', '1e3', '99999999999999999999', '{}']) {
        await expect(store.changes('note', after, 10)).rejects.toEqual(code('invalid-input'));
      }
      for (const limit of [0, 1001, 1.5]) {
        await expect(store.changes('note', null, limit)).rejects.toEqual(code('invalid-input'));
      }
    });
  });
}
