import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineStore } from '../../../host/storage/engine-store';
import { migrate, MIGRATIONS } from '../../../host/storage/schema-migrations';

/** As the first release made it, with one instance that waits and one that has ended. Never to be changed. */
const VERSION_1 = `
CREATE TABLE instance (
  no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, executionId TEXT NOT NULL,
  status TEXT NOT NULL, input TEXT NOT NULL, output TEXT, customStatus TEXT, createdAtMs INTEGER NOT NULL,
  updatedAtMs INTEGER NOT NULL, parentId TEXT, parentExecutionId TEXT, parentTaskId INTEGER
) STRICT;
CREATE INDEX instance_live ON instance (no) WHERE status IN ('Running', 'Suspended');
CREATE TABLE episode (seq INTEGER PRIMARY KEY, instance INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX episode_of ON episode (instance, seq);
INSERT INTO instance VALUES
  (1, 'waits', 'WaitOne', 'e1', 'Running', '{}', NULL, NULL, 1000, 1000, NULL, NULL, NULL),
  (2, 'done', 'WaitOne', 'e2', 'Completed', '{}', '1', NULL, 1000, 2000, NULL, NULL, NULL);
INSERT INTO episode VALUES (1, 1, '{"atMs":1000,"events":[{"type":12},{"type":0,"name":"WaitOne","input":"{}"},{"type":13}],"actions":1}');
PRAGMA user_version = 1;
`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-schema-'));
  file = path.join(folder, 'engine.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withFile = <T>(work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
};
const versionOf = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.user_version;
const tablesOf = (db: DatabaseSync): unknown[] =>
  db.prepare('SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name').all();

describe('the schema of the engine file', () => {
  it('is brought forward from version 1 with all that lived in it', () => {
    withFile((db) => db.exec(VERSION_1));
    const store = new EngineStore(folder);
    expect(store.liveInstances(0, 10).map(({ id }) => id)).toEqual(['waits']);
    expect(store.episodes(1)).toMatchObject([{ atMs: 1000, actions: 1 }]);
    expect(store.find('done')).toMatchObject({ status: 'Completed', output: '1' });
    store.close();
    const migrated = withFile((db) => ({ version: versionOf(db), tables: tablesOf(db) }));
    rmSync(file);
    new EngineStore(folder).close();
    expect(migrated).toEqual(withFile((db) => ({ version: MIGRATIONS.length, tables: tablesOf(db) })));
  });

  it('of a later program is refused, and the file left as it was', () => {
    const later = MIGRATIONS.length + 1;
    withFile((db) => db.exec(`CREATE TABLE later (a); PRAGMA user_version = ${later}`));
    expect(() => new EngineStore(folder)).toThrow(
      `has schema version ${later}; this program knows versions up to ${MIGRATIONS.length}.`,
    );
    expect(withFile((db) => [versionOf(db), tablesOf(db).length])).toEqual([later, 1]);
  });

  it('stays at the last migration that succeeded whole', () => {
    const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); INSERT INTO missing VALUES (1)'];
    withFile((db) => {
      expect(() => migrate(db, file, steps)).toThrow('no such table: missing');
      expect([versionOf(db), tablesOf(db).length]).toEqual([1, 1]);
      expect(migrate(db, file, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'])).toBe(1);
      expect(versionOf(db)).toBe(2);
    });
  });
});
