import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyDatabasePart } from '../../../shared/movers/postgres/offline/copy-database-part';
import { enumerateDatabase } from '../../../shared/movers/postgres/offline/enumerate-database';
import { fenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import { finishDatabasePass } from '../../../shared/movers/postgres/offline/finish-database-pass';
import { forgetOffline } from '../../../shared/movers/postgres/offline/forget-offline';
import { copyWhole } from './copy-whole';
import { contentOf, databases, startWorld, type Databases, type RunningWorld } from './offline-world';

let world: RunningWorld;

beforeAll(async () => {
  world = await startWorld(15, 17);
});

afterAll(() => world.close());

const TABLES = [
  'public.plain',
  '"Ünïcode ""schema"""."Tablé 1"',
  'public.every_type',
  'public.no_columns',
  'public.by_name',
  'public.p_1',
  'public.p_2',
  'public.parent',
  'public.child',
  'public.unlogged',
];

const TABLES_AND_TYPES = `
  CREATE TYPE mood AS ENUM ('glad', 'sad');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TYPE pair AS (mood mood, amount positive);
  CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY, word text, doubled bigint GENERATED ALWAYS AS (id * 2) STORED);
  CREATE SCHEMA "Ünïcode ""schema""";
  CREATE TABLE "Ünïcode ""schema"""."Tablé 1" ("col ""a""" serial, "ключ" text);
  CREATE TABLE every_type (
    a smallint, b int, c bigint, d numeric, e real, f double precision, g money, h boolean, i char(5), j varchar(9), k text,
    l bytea, m date, n time, o timetz, p timestamp, q timestamptz, r interval, s uuid, t json, u jsonb, v xml, w inet, x cidr,
    y macaddr, z macaddr8, aa bit(4), ab varbit, ac point, ad line, ae lseg, af box, ag path, ah polygon, ai circle, aj tsvector,
    ak tsquery, al int4range, am nummultirange, an tstzrange, ao mood, ap mood[], aq pair, ar pair[], as_ positive, at int[][],
    au pg_lsn, av oid, aw "char", ax name, ay jsonpath);
  CREATE TABLE no_columns ();
  CREATE TABLE by_name (relation regclass, type regtype, role regrole, right_ aclitem);
  CREATE TABLE p (id int, part int) PARTITION BY LIST (part);
  CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
  CREATE TABLE p_2 PARTITION OF p FOR VALUES IN (2);
  CREATE TABLE parent (id int, word text);
  CREATE TABLE child (more text) INHERITS (parent);
  CREATE UNLOGGED TABLE unlogged (id int);
  CREATE SEQUENCE counter INCREMENT 5;
  CREATE TABLE dropped (id int, gone text, kept text);
  ALTER TABLE dropped DROP COLUMN gone;
  CREATE MATERIALIZED VIEW summed AS SELECT part, count(*) FROM p GROUP BY part WITH NO DATA;
`;

const ROWS = `
  INSERT INTO plain (word) SELECT 'word ' || i FROM generate_series(1, 20000) i;
  DELETE FROM plain WHERE id % 3 = 0;
  INSERT INTO "Ünïcode ""schema"""."Tablé 1" ("ключ") VALUES ('ä'), (NULL), (E'\\\\N\\t\\n');
  INSERT INTO every_type VALUES (1, 2, 9223372036854775807, 'NaN', 1.1, 'Infinity', 12.34, true, 'ab', 'c', E'tab\\tnew\\n', '\\x00ff',
    '4713-01-01 BC', '24:00', '12:00+02', 'infinity', '2024-02-29 12:00:00.123456+05', '1 mon -3 days 04:05:06.7', gen_random_uuid(),
    '{"a":  1}', '{"b": [null]}', '<a/>', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '1010', '101',
    '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '(1,2),(3,4)', '((1,2),(3,4))', '((1,2),(3,4),(5,6))', '<(1,2),3>', 'a:1 b', 'a & b', '[1,5)',
    '{[1.5,2.5),[3,4]}', '[2020-01-01,)', 'sad', '{glad,NULL}', '(sad,5)', '{"(glad,1)"}', 7, '{{1,2},{3,4}}', '16/B374D848', 42, 'x',
    'name', '$.a[*]');
  INSERT INTO every_type (k) VALUES (NULL), ('');
  INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
  INSERT INTO by_name VALUES ('plain', 'mood', 'postgres', 'postgres=r/postgres');
  INSERT INTO p SELECT i, 1 + i % 2 FROM generate_series(1, 1000) i;
  INSERT INTO parent VALUES (1, 'of the parent'); INSERT INTO child VALUES (2, 'of the child', 'more');
  INSERT INTO unlogged SELECT generate_series(1, 100);
  INSERT INTO dropped VALUES (1, 'kept');
  SELECT nextval('counter'), nextval('counter'), setval('"Ünïcode ""schema"""."Tablé 1_col ""a""_seq"', 77, false);
  SELECT lo_from_bytea(4711, 'small'), lo_from_bytea(4712, decode(repeat('abcd', 1500000), 'hex')), lo_create(4713);
  REFRESH MATERIALIZED VIEW summed;
`;

const CONSTRAINTS = `
  ALTER TABLE plain ADD PRIMARY KEY (id);
  CREATE INDEX plain_word ON plain (lower(word)) WHERE id > 10;
  ALTER TABLE "Ünïcode ""schema"""."Tablé 1" ADD CONSTRAINT "Schlüssel" UNIQUE ("ключ") DEFERRABLE INITIALLY DEFERRED;
  ALTER TABLE dropped ADD FOREIGN KEY (id) REFERENCES plain (id);
`;

const SMALL = 'CREATE TABLE word (id int PRIMARY KEY, word text); CREATE TABLE note (id int, note text);';
const SMALL_ROWS = `INSERT INTO word SELECT i, md5(i::text) FROM generate_series(1, 1000) i;
  INSERT INTO note SELECT i, md5(i::text) FROM generate_series(1, 1000) i`;

async function fenced(content: { ddl: string; rows: string }): Promise<Databases> {
  const pair = await databases(world, content);
  expect(await fenceDatabase(pair.context, { graceMs: 0 })).toMatchObject({ kind: 'fenced' });
  return pair;
}

describe('an offline copy', () => {
  it('R121 R130 copies every kind of table, every type, sequences, large objects and indexes to a newer version', async () => {
    const pair = await fenced({ ddl: TABLES_AND_TYPES + CONSTRAINTS, rows: ROWS });
    const result = await copyWhole(pair.context);
    expect(result).toMatchObject({
      ...{ kind: 'done', tables: 11, sequences: 3 },
      summary: { limits: [{ copyWorkers: 2, bytesPerSecond: null }] },
    });
    expect(await contentOf(pair.target, TABLES)).toEqual(await contentOf(pair.source, TABLES));
    await forgetOffline(pair.context);
    expect(await pair.onTarget("SELECT FROM pg_namespace WHERE nspname = 'causeway'")).toEqual([]);
  });

  it('refuses a target with rows of somebody else, and leaves them alone', async () => {
    const pair = await fenced({ ddl: SMALL, rows: SMALL_ROWS });
    await pair.onTarget(`${SMALL} INSERT INTO note VALUES (1, 'theirs')`);
    const context = { ...pair.context, asset: { ...pair.context.asset, ddl: { kind: 'present' as const } } };
    expect(await copyWhole(context)).toMatchObject({ kind: 'refused', code: 'target-not-empty' });
    expect(await pair.onTarget('SELECT * FROM note')).toEqual([{ id: 1, note: 'theirs' }]);
  });
});

describe('copyDatabasePart', () => {
  it('R131 stops for a command, copies again what it rolled back, and tells where the source was written to', async () => {
    const pair = await fenced({ ddl: SMALL, rows: SMALL_ROWS });
    expect(await enumerateDatabase(pair.context, { pass: 1 })).toMatchObject({
      kind: 'done',
      parts: 1,
      tables: 2,
    });
    const part = { pass: 1, part: 1, budgetMs: 60_000 };
    const interrupted = { ...pair.context.claim, interrupted: () => Promise.resolve(true) };
    expect(await copyDatabasePart({ ...pair.context, claim: interrupted }, part)).toMatchObject({
      end: 'interrupted',
      copiedItems: 0,
    });
    expect(await copyDatabasePart(pair.context, part)).toMatchObject({ end: 'done', copiedItems: 2_000 });
    expect(await copyDatabasePart(pair.context, part)).toMatchObject({ end: 'done', copiedItems: 2_000 });
    await pair.onSource('BEGIN READ WRITE; DELETE FROM word WHERE id = 1; COMMIT');
    expect(await finishDatabasePass(pair.context, { pass: 1, budgetMs: 60_000 })).toMatchObject({
      kind: 'failed',
      code: 'source-changed',
      reason: expect.stringContaining('public.word'),
    });
  });
});
