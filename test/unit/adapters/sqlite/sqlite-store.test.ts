import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { SqliteJournal } from '../../../../shared/adapters/sqlite/sqlite-journal';
import { SqliteStore } from '../../../../shared/adapters/sqlite/sqlite-store';
import { create, type DocumentType } from '../../../../shared/ports/store';

const note: DocumentType<{ text: string }> = { name: 'note', schema: z.object({ text: z.string() }) };
const one = (id: string, text = '') => [create(note, id, { text })];
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('SqliteStore', () => {
  let folder: string;
  let file: string;
  const opened: SqliteStore[] = [];
  const open = (path = file) => {
    const store = new SqliteStore(path, { busyTimeoutMs: 50 });
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-store-'));
    file = join(folder, 'store.db');
  });
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
    rmSync(folder, { recursive: true });
  });

  function sql(text: string): void {
    const database = new DatabaseSync(file);
    database.exec(text);
    database.close();
  }

  describe('file', () => {
    it('is created with its folder', async () => {
      const store = open(join(folder, 'new/deep/store.db'));
      await store.commit('p', one('a'));
      expect(await store.read(note, 'p', 'a')).not.toBeNull();
    });

    it('is refused in a newer format, and left unchanged', () => {
      open().close();
      opened.pop();
      sql('PRAGMA user_version = 2');
      expect(() => open()).toThrow(
        /store\.db is a store of format 2; this version of Causeway knows format 1/,
      );
      expect(() => open()).toThrow(expect.objectContaining({ code: 'unsupported' }));
      const database = new DatabaseSync(file);
      expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 2 });
      database.close();
    });

    it('is refused when it holds something else', () => {
      new SqliteJournal(file).close();
      expect(() => open()).toThrow(/is not a Causeway store/);
      file = join(folder, 'other.db');
      sql('CREATE TABLE theirs (a)');
      expect(() => open()).toThrow(/is not a Causeway store/);
      expect(() => open(__filename)).toThrow(/cannot be opened as a store/);
    });
  });

  it('measures a document with its keys: 2 MiB to the byte', async () => {
    const store = open();
    const keys = JSON.stringify({ type: 'note', partition: 'p', id: 'a', index: {} }).length;
    const largest = 2 * 1024 * 1024 - keys - JSON.stringify({ text: '' }).length;
    await expect(store.commit('p', one('a', 'x'.repeat(largest + 1)))).rejects.toThrow(/2097153 bytes/);
    await store.commit('p', one('a', 'x'.repeat(largest)));
  });

  describe('group commit', () => {
    it('rejects every commit of a group that could not be written, and none of it is there', async () => {
      const store = open();
      const other = new DatabaseSync(file);
      other.exec('BEGIN IMMEDIATE');
      const outcomes = await Promise.allSettled([
        store.commit('p', one('a')),
        store.commit('p', one('b')),
        store.commit('q', one('a')),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
      other.exec('ROLLBACK');
      other.close();
      await store.commit('p', one('a'));
      expect((await store.list(note, 'p')).items.map((item) => item.id)).toEqual(['a']);
    });

    it('rejects every commit of a group whose COMMIT fails', async () => {
      const store = open();
      // A deferred constraint is checked by COMMIT alone.
      sql(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
        CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER break AFTER INSERT ON documents WHEN new.id = 'breaks'
        BEGIN INSERT INTO child VALUES (1); END;`);
      const outcomes = await Promise.allSettled(['a', 'breaks', 'b'].map((id) => store.commit('p', one(id))));
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { message: /FOREIGN KEY/ } });
      }
      expect((await store.list(note, 'p')).items).toEqual([]);
      await store.commit('p', one('c'));
      expect((await store.list(note, 'p')).items).toHaveLength(1);
    });

    it('keeps the order of the calls', async () => {
      const store = open();
      await Promise.all(['c', 'a', 'b'].map((id) => store.commit('p', one(id))));
      const { changes } = await store.changes('note', null, 10);
      expect(changes.map((change) => change.id)).toEqual(['c', 'a', 'b']);
    });

    it('writes what waits when it is closed, and refuses what comes later', async () => {
      const store = open();
      const waiting = store.commit('p', one('a'));
      store.close();
      opened.pop();
      await waiting;
      await expect(store.commit('p', one('b'))).rejects.toThrow(/closed/);
      await expect(store.read(note, 'p', 'a')).rejects.toThrow(/not open/);
      expect((await open().list(note, 'p')).items.map((item) => item.id)).toEqual(['a']);
    });
  });

  describe('onCommit', () => {
    it('wakes the listeners of every instance on the file once a commit can be read', async () => {
      const [writer, feed] = [open(), open(join(folder, '../', folder.split('/').at(-1) ?? '', 'store.db'))];
      const seen: number[] = [];
      feed.onCommit(() => {
        void feed.changes('note', null, 10).then(({ changes }) => seen.push(changes.length));
      });
      await writer.commit('p', one('a'));
      await turn();
      expect(seen).toEqual([1]);
      await feed.commit('p', one('b'));
      await turn();
      expect(seen).toEqual([1, 2]);
    });

    it('stays silent for a refused commit, another file, and after it was ended', async () => {
      const [store, elsewhere] = [open(), open(join(folder, 'other.db'))];
      await store.commit('p', one('a'));
      let calls = 0;
      const end = store.onCommit(() => {
        calls += 1;
      });
      await expect(store.commit('p', one('a'))).rejects.toMatchObject({ code: 'already-exists' });
      await elsewhere.commit('p', one('a'));
      await turn();
      expect(calls).toBe(0);
      await store.commit('p', one('b'));
      await turn();
      expect(calls).toBe(1);
      end();
      await store.commit('p', one('c'));
      await turn();
      expect(calls).toBe(1);
    });
  });

  it('refuses a feed position from before a restore, which would skip changes', async () => {
    const store = open();
    await store.commit('p', one('a'));
    await expect(store.changes('note', '2', 10)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
