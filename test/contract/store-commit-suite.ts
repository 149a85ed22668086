import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { StaleWriteError } from '../../shared/contracts/errors';
import { create, remove, replace, type DocumentType, type Store } from '../../shared/ports/store';
import { note, memo, numbered, code, get, drain, listAll, type StoreUnderTest } from './store-fixture';

/** Documents one by one, and commits as a whole. */
export function storeCommitSuite(current: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = current().store;
  });

  describe('documents', () => {
    it('reads back what was created, and null where there is nothing', async () => {
      await store.commit('p', [create(note, 'a', { text: 'é\u0000\n😀' })]);
      const stored = await get(store, 'a');
      expect(stored).toEqual({
        partition: 'p',
        id: 'a',
        body: { text: 'é\u0000\n😀' },
        version: expect.any(String),
      });
      expect(await store.read(note, 'p', 'b')).toBeNull();
      expect(await store.read(note, 'q', 'a')).toBeNull();
      expect(await store.read(memo, 'p', 'a')).toBeNull();
    });

    it('keeps one id apart by partition and type', async () => {
      await store.commit('p', [create(note, 'a', { text: 'note' }), create(memo, 'a', { text: 'memo' })]);
      await store.commit('q', [create(note, 'a', { text: 'other' })]);
      expect((await get(store, 'a')).body.text).toBe('note');
      expect((await store.read(memo, 'p', 'a'))?.body.text).toBe('memo');
      expect((await get(store, 'a', 'q')).body.text).toBe('other');
    });

    it('stores what the schema made of the body at the time of the call', async () => {
      const body = { text: 'before' };
      const committed = store.commit('p', [create(note, 'a', body)]);
      body.text = 'after';
      await committed;
      expect((await get(store, 'a')).body.text).toBe('before');
    });

    it('gives what was stored to a second instance on the same data', async () => {
      await store.commit('p', [create(note, 'a', { text: 'kept' })]);
      const second = await current().reopen();
      expect(await second.read(note, 'p', 'a')).toEqual(await get(store, 'a'));
    });
  });

  describe('commits', () => {
    it('refuses to create what exists', async () => {
      await store.commit('p', [create(note, 'a', { text: '1' })]);
      await expect(store.commit('p', [create(note, 'a', { text: '2' })])).rejects.toEqual(
        code('already-exists'),
      );
      expect((await get(store, 'a')).body.text).toBe('1');
    });

    it('refuses to replace or delete with a version that is not the current one', async () => {
      await store.commit('p', [create(note, 'a', { text: '1' })]);
      const first = await get(store, 'a');
      await store.commit('p', [replace(note, first, { text: '2' })]);
      const stale = [replace(note, first, { text: '3' }), remove(note, first)];
      for (const operation of stale) {
        await expect(store.commit('p', [operation])).rejects.toBeInstanceOf(StaleWriteError);
      }
      expect((await get(store, 'a')).body.text).toBe('2');
    });

    it('refuses to replace or delete what is gone, also when it was created again', async () => {
      await store.commit('p', [create(note, 'a', { text: 'same' })]);
      const first = await get(store, 'a');
      await store.commit('p', [remove(note, first)]);
      await expect(store.commit('p', [remove(note, first)])).rejects.toBeInstanceOf(StaleWriteError);
      await store.commit('p', [create(note, 'a', { text: 'same' })]);
      await expect(store.commit('p', [replace(note, first, { text: 'x' })])).rejects.toBeInstanceOf(
        StaleWriteError,
      );
      expect((await get(store, 'a')).version).not.toBe(first.version);
    });

    it('does all of a commit or nothing', async () => {
      await store.commit('p', [create(note, 'a', { text: '1' }), create(note, 'b', { text: '1' })]);
      const [a, b] = [await get(store, 'a'), await get(store, 'b')];
      const failing = [
        create(note, 'c', { text: 'new', due: '2026' }),
        replace(note, a, { text: '2' }),
        remove(note, b),
        create(note, 'a', { text: 'clash' }),
      ];
      await expect(store.commit('p', failing)).rejects.toEqual(code('already-exists'));
      expect(await listAll(store, 10)).toEqual(['a', 'b']);
      expect(await get(store, 'a')).toEqual(a);
      expect((await store.find(note, 'due', { equals: '2026' })).items).toEqual([]);
      expect((await drain(store, null)).changes).toHaveLength(2);
    });

    it('lets one of many writers of the same version win, and each other commit stand alone', async () => {
      await store.commit('p', [create(note, 'a', { text: '0' })]);
      const first = await get(store, 'a');
      const attempts = Array.from({ length: 20 }, (_, n) => [
        store.commit('p', [
          replace(note, first, { text: String(n) }),
          create(memo, numbered(n), { text: '' }),
        ]),
        store.commit('q', [create(note, numbered(n), { text: '' })]),
      ]).flat();
      const outcomes = await Promise.allSettled(attempts);
      const contended = outcomes.filter((_, n) => n % 2 === 0);
      const lost = contended.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(19);
      for (const outcome of lost) expect(outcome.reason).toBeInstanceOf(StaleWriteError);
      expect(outcomes.filter((_, n) => n % 2 === 1).every((each) => each.status === 'fulfilled')).toBe(true);
      expect((await store.list(memo, 'p')).items).toHaveLength(1);
    });

    it('loses no update of writers that read again after a stale write', async () => {
      await store.commit('p', [create(note, 'sum', { text: '0' })]);
      const second = await current().reopen();
      const addOne = async (on: Store): Promise<void> => {
        const stored = await get(on, 'sum');
        try {
          await on.commit('p', [replace(note, stored, { text: String(Number(stored.body.text) + 1) })]);
        } catch (error) {
          if (!(error instanceof StaleWriteError)) throw error;
          await addOne(on);
        }
      };
      await Promise.all(Array.from({ length: 24 }, (_, n) => addOne(n % 2 === 0 ? store : second)));
      expect((await get(store, 'sum')).body.text).toBe('24');
    });

    it('throws when a body does not fit its schema, written or read, and stores nothing', async () => {
      const wrong = { kind: 'create', type: note, id: 'b', body: { text: 5 } } as const;
      await expect(store.commit('p', [create(note, 'a', { text: '1' }), wrong])).rejects.toEqual(
        expect.objectContaining({ code: 'internal', cause: expect.any(z.ZodError) }),
      );
      expect(await listAll(store, 10)).toEqual([]);
      await store.commit('p', [create(note, 'a', { text: '1' })]);
      const narrower: DocumentType<{ text: number }> = {
        name: 'note',
        schema: z.object({ text: z.number() }),
      };
      await expect(store.read(narrower, 'p', 'a')).rejects.toEqual(code('internal'));
      await expect(store.list(narrower, 'p')).rejects.toEqual(code('internal'));
    });
  });
}
