import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, type DocumentType, type Store } from '../../shared/ports/store';
import { note, memo, numbered, code, get, listAll, type Note, type StoreUnderTest } from './store-fixture';

/** The limits of Cosmos DB, on both sides of each edge. */
export function storeLimitsSuite(current: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = current().store;
  });

  describe('limits', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => create(note, numbered(n), { text: '' }));

    it('takes 100 operations and refuses 101', async () => {
      await expect(store.commit('p', many(101))).rejects.toEqual(code('limit-exceeded'));
      expect(await listAll(store, 1000)).toEqual([]);
      await store.commit('p', many(100));
      expect(await listAll(store, 1000)).toHaveLength(100);
    });

    it('takes a document just under 2 MiB and refuses one of 2 MiB, counted in bytes', async () => {
      const bytes = (count: number) => 'é'.repeat(count / 2);
      const limit = 2 * 1024 * 1024;
      await expect(store.commit('p', [create(note, 'a', { text: bytes(limit) })])).rejects.toEqual(
        code('limit-exceeded'),
      );
      await store.commit('p', [create(note, 'a', { text: bytes(limit - 8192) })]);
      expect((await get(store, 'a')).body.text).toHaveLength((limit - 8192) / 2);
    });

    it('refuses a commit over 2 MiB of documents that are each under it', async () => {
      const half = 'x'.repeat(1024 * 1024);
      const both = [create(note, 'a', { text: half }), create(note, 'b', { text: half })];
      await expect(store.commit('p', both)).rejects.toEqual(code('limit-exceeded'));
      expect(await listAll(store, 10)).toEqual([]);
    });

    it('takes ids and partitions of 255 characters, refuses 0, 256 and the forbidden ones', async () => {
      const longest = 'i'.repeat(255);
      await store.commit(longest, [create(note, longest, { text: '' })]);
      expect(await listAll(store, 1, longest)).toEqual([longest]);
      for (const bad of ['', 'i'.repeat(256), 'a/b', 'a\\b', 'a?b', 'a#b', '\ud800']) {
        const writes = [
          store.commit(bad, [create(note, 'a', { text: '' })]),
          store.commit('p', [create(note, bad, { text: '' })]),
        ];
        for (const write of writes) await expect(write).rejects.toEqual(code('limit-exceeded'));
      }
    });

    it('takes any other id and finds the document under that id alone', async () => {
      const id = fc
        .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
        .filter((text) => !/[/\\?#]/.test(text) && text.length <= 255);
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(id, { minLength: 1, maxLength: 12 }),
          fc.uuid(),
          async (ids, partition) => {
            await store.commit(
              partition,
              ids.map((each) => create(note, each, { text: each })),
            );
            for (const each of ids) expect((await get(store, each, partition)).body.text).toBe(each);
            expect((await listAll(store, 5, partition)).sort()).toEqual([...ids].sort());
          },
        ),
        { numRuns: 40 },
      );
    });

    it('takes 8 index entries of 255 characters; refuses 9, an empty and a longer one', async () => {
      const indexed = (entries: Record<string, string>): DocumentType<Note> => ({
        ...memo,
        index: () => entries,
      });
      const entries = (count: number, value = 'v'.repeat(255)) =>
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`i${n}`, value]));
      for (const bad of [entries(9), entries(1, ''), entries(1, 'v'.repeat(256))]) {
        await expect(store.commit('p', [create(indexed(bad), 'a', { text: '' })])).rejects.toEqual(
          code('limit-exceeded'),
        );
      }
      await store.commit('p', [create(indexed(entries(8)), 'a', { text: '' })]);
      expect((await store.find(memo, 'i7', { equals: 'v'.repeat(255) })).items).toHaveLength(1);
    });

    it('shows 100 items a page unless told, at most 1,000', async () => {
      await store.commit('p', many(100));
      await store.commit('p', [create(note, 'o', { text: '' })]);
      const page = await store.list(note, 'p');
      expect(page.items).toHaveLength(100);
      expect(page.continuation).not.toBeNull();
      expect((await store.list(note, 'p', { limit: 1000 })).items).toHaveLength(101);
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await expect(store.list(note, 'p', { limit })).rejects.toEqual(code('invalid-input'));
        await expect(store.find(note, 'due', { equals: 'x' }, { limit })).rejects.toEqual(
          code('invalid-input'),
        );
      }
    });
  });
}
