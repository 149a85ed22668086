import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binariesOf,
  startPostgres,
  type PostgresServer,
} from '../../../clients/demo/postgres/start-postgres';
import { Processes } from '../../../clients/demo/processes';
import { PostgresAsset } from '../../../shared/contracts/postgres';
import { openClient } from '../../../shared/movers/postgres/connect/open-client';
import {
  createRest,
  createTables,
  removeSchema,
  type SchemaContext,
} from '../../../shared/movers/postgres/schema/apply-schema';
import {
  fingerprintOf,
  leftBehind,
  schemaDifferences,
} from '../../../shared/movers/postgres/schema/compare-catalogues';
import { installDdlGuard, removeDdlGuard } from '../../../shared/movers/postgres/schema/ddl-guard';
import {
  everySchema,
  movedSchemas,
  readCatalogue,
  type Catalogue,
} from '../../../shared/movers/postgres/schema/read-catalogue';

const EVERYTHING = readFileSync(join(__dirname, 'everything.sql'), 'utf8');
const SOURCE = 15;
const TARGET = 18;
const missing = [SOURCE, TARGET].filter((major) => binariesOf(major as 15 | 18) === null);
const title = 'the schema of a database, from PostgreSQL 15 to 18';
const dump = /\) (\d+)/u.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1];
/** Without the client programs it can't be shown. */
const dumped = Number(dump ?? 0) >= SOURCE ? it : it.skip;
const suite = missing.length === 0 ? describe : describe.skip;

suite(missing.length === 0 ? title : `${title} (left out: no binaries of ${missing.join(', ')})`, () => {
  const processes = new Processes();
  const folder = mkdtempSync(join(tmpdir(), 'causeway-schema-'));
  let source: PostgresServer;
  let target: PostgresServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startPostgres(processes, { major: SOURCE, dataFolder: join(folder, 'source') }),
      startPostgres(processes, { major: TARGET, dataFolder: join(folder, 'target') }),
    ]);
    await run(
      source.url(),
      `CREATE ROLE reader NOLOGIN; CREATE ROLE "App Röle" LOGIN PASSWORD 'x' IN ROLE reader`,
    );
    await makeDatabases('everything');
    await run(source.url('everything'), EVERYTHING);
  });
  afterAll(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const makeDatabases = async (name: string) => {
    await run(source.url(), `CREATE DATABASE "${name}"`);
    await run(target.url(), `CREATE DATABASE "${name}"`);
  };
  const contextOf = (database: string, asset: Record<string, unknown> = {}): SchemaContext => {
    const parsed = PostgresAsset.parse({
      id: 'db',
      kind: 'postgres',
      source: { connection: 'source' },
      target: { connection: 'target' },
      ...asset,
    });
    return {
      asset: parsed,
      migrationId: `cutover.${database}`,
      source: source.url(database),
      target: target.url(database),
      limits: async () => parsed.limits,
      claim: { epoch: 1, heartbeat: async () => true, interrupted: async () => false },
    };
  };

  dumped(
    'R108 is made by pg_dump before and after the copy, and is then the same on both sides',
    async () => {
      const context = contextOf('everything');
      const [theSource, before] = [
        await catalogueOf(context.source),
        await catalogueOf(context.target, true),
      ];
      expect(await createTables(context)).toMatchObject({ kind: 'done', rolesMade: ['App Röle', 'reader'] });
      // What slows a copy down, or would act upon it, is still to come.
      const between = schemaDifferences(theSource, await catalogueOf(context.target));
      // Keys of partitions stand alone until they are attached to their table's.
      expect(kindsOf(between)).toEqual([
        ...['gone comment', 'gone constraint', 'gone index', 'gone trigger', 'made constraint'],
      ]);

      expect(await createRest(context)).toMatchObject({ kind: 'done' });
      const after = await catalogueOf(context.target);
      expect(schemaDifferences(theSource, after)).toEqual([]);
      expect(fingerprintOf(after)).toBe(fingerprintOf(theSource));

      await removeSchema(context);
      expect(leftBehind(before, await catalogueOf(context.target, true))).toEqual([]);
      expect(await run(target.url(), "SELECT FROM pg_roles WHERE rolname IN ('reader', 'App Röle')")).toEqual(
        [],
      );
      await removeSchema(context);
    },
  );

  it('is made from supplied DDL, one call after another where calls are stopped at every checkpoint', async () => {
    await makeDatabases('stopped');
    await run(source.url('stopped'), EVERYTHING);
    let asked = 0;
    const context = {
      ...contextOf('stopped', { ddl: { kind: 'supplied', sql: `BEGIN; ${EVERYTHING}; COMMIT;` } }),
      claim: { epoch: 1, heartbeat: async () => true, interrupted: async () => (asked += 1) % 2 === 1 },
    };
    const repeated = async (work: typeof createTables): Promise<number> => {
      for (let calls = 1; ; calls += 1) {
        const outcome = await work(context);
        if (outcome.kind === 'done') return calls;
        expect(outcome).toEqual({ kind: 'interrupted' });
      }
    };
    expect(await repeated(createTables)).toBeGreaterThan(1);
    expect(await repeated(createRest)).toBeGreaterThan(1);
    const views = await run(context.target, 'SELECT twice FROM shop.summary_of_summary');
    expect(views).toEqual([{ twice: '0' }]);
    const both = [await catalogueOf(context.source), await catalogueOf(context.target)] as const;
    expect(schemaDifferences(...both)).toEqual([]);
    expect(await createTables(context)).toMatchObject({ kind: 'done' });
  });

  it('is made of nothing for an empty database, and leaves alone what was there already', async () => {
    await makeDatabases('empty');
    const context = contextOf('empty', { ddl: { kind: 'supplied', sql: '-- nothing' } });
    await run(context.target, 'CREATE TABLE mine (a int); CREATE TYPE colour AS ENUM ()');
    expect(await createTables(context)).toEqual({ kind: 'done', statements: 0, rolesMade: [] });
    expect(await createRest(context)).toMatchObject({ kind: 'done' });
    await removeSchema(context);
    expect(await run(context.target, 'SELECT count(*)::int AS n FROM mine')).toEqual([{ n: 0 }]);
  });

  it('names the statement that the target refuses, and not the secrets in it', async () => {
    await makeDatabases('refused');
    const sql = `CREATE TABLE good (a int); CREATE USER MAPPING FOR reader SERVER gone OPTIONS (password 'hunter2')`;
    const context = contextOf('refused', { ddl: { kind: 'supplied', sql } });
    const refused = await createTables(context);
    expect(refused).toMatchObject({ kind: 'refused', code: 'statement' });
    expect(JSON.stringify(refused)).toContain('CREATE USER MAPPING FOR READER SERVER GONE');
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    // A statement and its mark are one transaction, so both or neither are there.
    expect(await run(context.target, "SELECT to_regclass('public.good') AS good")).toEqual([{ good: null }]);
    await expect(createRest(context)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('tells of every DDL on one server by its fingerprint, and of nothing that replication makes', async () => {
    await makeDatabases('watched');
    const url = source.url('watched');
    await run(url, 'CREATE TABLE t (id int PRIMARY KEY, a text); CREATE VIEW v AS SELECT id FROM t');
    const prints = async () => {
      const catalogue = await catalogueOf(url);
      return { exact: fingerprintOf(catalogue, 'exact'), portable: fingerprintOf(catalogue) };
    };
    const first = await prints();
    await run(
      url,
      `CREATE SCHEMA causeway; CREATE TABLE causeway.state (a int); CREATE PUBLICATION causeway_1_fwd FOR TABLE t;
       CREATE FUNCTION causeway.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER causeway_fence BEFORE INSERT ON t EXECUTE FUNCTION causeway.f(); ALTER TABLE t REPLICA IDENTITY FULL; INSERT INTO t VALUES (1)`,
    );
    expect(await prints()).toEqual(first);
    await run(url, 'CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE id > 0');
    expect(await prints()).toEqual({
      exact: expect.not.stringMatching(first.exact),
      portable: first.portable,
    });
    for (const ddl of [
      'ALTER TABLE t ADD b int',
      'CREATE INDEX t_a ON t (a)',
      'GRANT SELECT ON t TO reader',
    ]) {
      const before = await prints();
      await run(url, ddl);
      expect(await prints()).toEqual({
        exact: expect.not.stringMatching(before.exact),
        portable: expect.not.stringMatching(before.portable),
      });
    }
  });

  it('is held by a guard that lets nobody but Causeway change it, until it is taken away', async () => {
    await makeDatabases('guarded');
    const url = source.url('guarded');
    await run(
      url,
      `CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA "it's"; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one`,
    );
    const before = await catalogueOf(url, true);
    expect(await installDdlGuard(url, [])).toEqual({ kind: 'installed' });
    expect(await installDdlGuard(url, [])).toEqual({ kind: 'installed' });
    const asApplication = async (sql: string) => run(url, `SET application_name = 'shop'; ${sql}`);
    for (const ddl of [
      'ALTER TABLE t ADD a int',
      'DROP TABLE t',
      'CREATE TABLE u (a int)',
      'CREATE INDEX ON t (id)',
      `CREATE TABLE "it's".u (a int)`,
      `DROP SCHEMA "it's"`,
    ])
      await expect(asApplication(ddl)).rejects.toMatchObject({ code: '55000' });
    await asApplication('CREATE TEMPORARY TABLE mine (a int); INSERT INTO t VALUES (1); TRUNCATE t');
    await asApplication('REFRESH MATERIALIZED VIEW m; REINDEX TABLE t');
    await run(url, 'ALTER TABLE t ADD by_us int; ALTER TABLE t DROP by_us');
    await removeDdlGuard(url);
    await removeDdlGuard(url);
    expect(leftBehind(before, await catalogueOf(url, true))).toEqual([]);
    await asApplication('ALTER TABLE t ADD a int');
  });

  it('R92 goes unguarded where rights are missing, and says so', async () => {
    await makeDatabases('unguarded');
    await run(
      source.url(),
      `CREATE ROLE owner LOGIN PASSWORD '${source.password}'; ALTER DATABASE unguarded OWNER TO owner`,
    );
    const guard = await installDdlGuard(source.url('unguarded', 'owner'), []);
    expect(guard).toEqual({ kind: 'unavailable', reason: expect.stringContaining('event trigger') });
    expect(await run(source.url('unguarded'), "SELECT to_regnamespace('causeway') AS schema")).toEqual([
      { schema: null },
    ]);
  });
});

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = await openClient(url, { name: 'test', ownSearchPath: true });
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end();
  }
}

async function catalogueOf(url: string, all = false): Promise<Catalogue> {
  const client = await openClient(url, { name: 'test', readOnly: true });
  try {
    return await readCatalogue(client, all ? await everySchema(client) : await movedSchemas(client, []));
  } finally {
    await client.end();
  }
}

const kindsOf = (differences: ReturnType<typeof schemaDifferences>): string[] =>
  [...new Set(differences.map(({ change, kind }) => `${change} ${kind}`))].toSorted();
