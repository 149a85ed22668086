import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { StaleWriteError } from '../../shared/contracts/errors';
import { create, remove, replace, type DocumentType, type Store } from '../../shared/ports/store';

/** An empty store; `reopen` gives another instance on the same data, as a restarted process would. */
export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

const Note = z.strictObject({ text: z.string(), due: z.string().optional() });
type Note = z.infer<typeof Note>;
const note: DocumentType<Note> = {
  name: 'note',
  schema: Note,
  index: ({ due }): Record<string, string> => (due === undefined ? {} : { due }),
};
const memo: DocumentType<Note> = { name: 'memo', schema: Note };

const numbered = (n: number) => `n${String(n).padStart(4, '0')}`;
const code = (expected: string) => expect.objectContaining({ code: expected });

async function get(store: Store, id: string, partition = 'p') {
  const stored = await store.read(note, partition, id);
  if (stored === null) throw new Error(`no ${id}`);
  return stored;
}

async function drain(store: Store, after: string | null, limit = 7) {
  const changes = [];
  let next = after;
  for (;;) {
    const page = await store.changes('note', next, limit);
    next = page.next;
    if (page.changes.length === 0) return { changes, next };
    changes.push(...page.changes);
  }
}

async function listAll(store: Store, limit: number, partition = 'p') {
  const ids: string[] = [];
  let continuation: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.list<Note>>> = await store.list(note, partition, {
      limit,
      continuation,
    });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map((item) => item.id));
    continuation = page.continuation;
  } while (continuation !== null);
  return ids;
}

/** What every adapter of the port `Store` promises. */
export function storeSuite(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`Store: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      subject = await makeStore();
      store = subject.store;
    });
    afterEach(() => subject.dispose());

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
        const second = await subject.reopen();
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
        expect(outcomes.filter((_, n) => n % 2 === 1).every((each) => each.status === 'fulfilled')).toBe(
          true,
        );
        expect((await store.list(memo, 'p')).items).toHaveLength(1);
      });

      it('loses no update of writers that read again after a stale write', async () => {
        await store.commit('p', [create(note, 'sum', { text: '0' })]);
        const second = await subject.reopen();
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
        await store.commit('p', [remove(note, await get(store, 'a'))]);
        expect((await store.find(note, 'due', { from: '0', to: '9' })).items).toEqual([]);
      });

      it('pages through equal values in several partitions without repeating or leaving one out', async () => {
        const expected: string[] = [];
        for (let n = 0; n < 30; n += 1) {
          await store.commit(`p${n % 4}`, [
            create(note, `n${n % 6}-${n}`, { text: '', due: day(1 + (n % 2)) }),
          ]);
          expected.push(`n${n % 6}-${n}`);
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
          seen.push(...page.items.map((item) => item.id));
          continuation = page.continuation;
        } while (continuation !== null);
        expect([...seen].sort()).toEqual(expected.sort());
      });
    });

    describe('changes', () => {
      it('gives inserted and replaced documents of the type, oldest first, from where one left off', async () => {
        expect((await store.changes('note', null, 10)).changes).toEqual([]);
        await store.commit('p', [create(note, 'a', { text: '1' }), create(memo, 'm', { text: '' })]);
        await store.commit('q', [create(note, 'b', { text: '2' })]);
        const first = await store.changes('note', null, 1);
        expect(first.changes).toEqual([{ partition: 'p', type: 'note', id: 'a', body: { text: '1' } }]);
        const second = await store.changes('note', first.next, 10);
        expect(second.changes).toEqual([{ partition: 'q', type: 'note', id: 'b', body: { text: '2' } }]);
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
        const second = await subject.reopen();
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
        const second = await subject.reopen();
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
  });
}
