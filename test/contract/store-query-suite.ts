import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, remove, replace, type Store } from '../../shared/ports/store';
import { note, memo, numbered, code, get, listAll, type Note, type StoreUnderTest } from './store-fixture';

/** Pages of a partition, and what an index finds over partitions. */
export function storeQuerySuite(current: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = current().store;
  });

  describe('lists', () => {
    it('orders by id over pages of any size', async () => {
      const ids = ['10', '2', 'B', 'a', 'a-b', 'a0', 'b', 'é'];
      await store.commit(
        'p',
        [...ids].reverse().map((id) => create(note, id, { text: '' })),
      );
      await store.commit('q', [create(note, 'elsewhere', { text: '' })]);
      await store.commit('p', [create(memo, 'other-type', { text: '' })]);
      for (const limit of [1, 2, 3, 8, 9]) expect(await listAll(store, limit)).toEqual(ids);
    });

    it('shows each document that stays exactly once while others come and go between pages', async () => {
      const stay = Array.from({ length: 60 }, (_, n) => numbered(n * 2));
      await store.commit(
        'p',
        stay.map((id) => create(note, id, { text: '' })),
      );
      const seen: string[] = [];
      let continuation: string | null = null;
      let turn = 0;
      do {
        const page: Awaited<ReturnType<typeof store.list<Note>>> = await store.list(note, 'p', {
          limit: 7,
          continuation,
        });
        seen.push(...page.items.map((item) => item.id));
        continuation = page.continuation;
        await store.commit('p', [create(note, numbered(turn * 16 + 1), { text: 'came' })]);
        if (turn % 2 === 1) {
          await store.commit('p', [remove(note, await get(store, numbered((turn - 1) * 16 + 1)))]);
        }
        const updated = await get(store, stay[turn] ?? '');
        await store.commit('p', [replace(note, updated, { text: 'changed' })]);
        turn += 1;
      } while (continuation !== null);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => stay.includes(id))).toEqual(stay);
    });

    it('refuses a continuation that it did not give', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (continuation) => {
          await expect(store.list(note, 'p', { continuation })).rejects.toEqual(code('invalid-input'));
          await expect(store.find(note, 'due', { equals: 'x' }, { continuation })).rejects.toEqual(
            code('invalid-input'),
          );
        }),
        { numRuns: 100 },
      );
    });
  });

  describe('index', () => {
    const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}`;

    it('finds by equality and by inclusive range over partitions, ordered by the value, then id', async () => {
      for (let n = 1; n <= 9; n += 1) {
        await store.commit(`p${n % 3}`, [create(note, `z${9 - n}`, { text: '', due: day(n) })]);
      }
      await store.commit('p0', [
        create(note, 'a', { text: '', due: day(5) }),
        create(note, 'none', { text: '' }),
      ]);
      const find = async (range: Parameters<Store['find']>[2]) =>
        (await store.find(note, 'due', range)).items.map((item) => item.id);
      expect(await find({ equals: day(5) })).toEqual(['a', 'z4']);
      expect(await find({ from: day(4), to: day(6) })).toEqual(['z5', 'a', 'z4', 'z3']);
      expect(await find({ from: day(7), to: day(6) })).toEqual([]);
      expect((await store.find(note, 'unknown', { equals: day(5) })).items).toEqual([]);
      expect((await store.find(memo, 'due', { equals: day(5) })).items).toEqual([]);
    });

    it('follows a document as it is replaced and deleted', async () => {
      await store.commit('p', [create(note, 'a', { text: '', due: day(1) })]);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: '', due: day(2) })]);
      expect((await store.find(note, 'due', { equals: day(1) })).items).toEqual([]);
      expect((await store.find(note, 'due', { equals: day(2) })).items).toEqual([await get(store, 'a')]);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: '' })]);
      expect((await store.find(note, 'due', { from: '0', to: '9' })).items).toEqual([]);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: '', due: day(3) })]);
      await store.commit('p', [replace(note, await get(store, 'a'), { text: 'same day', due: day(3) })]);
      expect((await store.find(note, 'due', { equals: day(3) })).items).toEqual([await get(store, 'a')]);
      await store.commit('p', [remove(note, await get(store, 'a'))]);
      expect((await store.find(note, 'due', { from: '0', to: '9' })).items).toEqual([]);
    });

    it('pages through equal values and ids in several partitions without repeating or leaving one out', async () => {
      const expected: string[] = [];
      for (let n = 0; n < 30; n += 1) {
        const due = day(1 + (n % 2));
        await store.commit(`p${numbered(n)}`, [create(note, `n${n % 6}`, { text: '', due })]);
        expected.push(`${due} n${n % 6} p${numbered(n)}`);
      }
      const seen: string[] = [];
      let continuation: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof store.find<Note>>> = await store.find(
          note,
          'due',
          { from: day(1), to: day(2) },
          { limit: 4, continuation },
        );
        seen.push(...page.items.map(({ body, id, partition }) => `${body.due} ${id} ${partition}`));
        continuation = page.continuation;
      } while (continuation !== null);
      expect(seen).toEqual(expected.sort());
    });
  });
}
