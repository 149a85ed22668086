import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { planVerification } from '../../../shared/movers/postgres/verification/plan-verification';
import { resendRows } from '../../../shared/movers/postgres/verification/resend-rows';
import type { PostgresContext } from '../../../shared/movers/postgres/postgres-context';
import { runReportsOnBoth } from '../../../shared/movers/postgres/verification/run-reports-on-both';
import { runChild } from '../../support/child';
import { until } from '../../support/postgres/replicated-ledger';
import { verifyDatabase } from '../../../shared/movers/postgres/verification/verify-database';
import type { RowDifference } from '../../../shared/contracts/postgres-verification';
import { EVERY_TYPE_DDL, everyTypeRows, MISTAKABLE } from './every-type';
import { contextOf, verify } from './verification-world';

/** 13 where it is here. */
const SOURCE = binariesOf(13) === null ? 15 : 13;
const HERE = binariesOf(SOURCE) !== null && binariesOf(18) !== null;
const suite = HERE ? describe : describe.skip;

suite('final verification (needs PostgreSQL 15 or 13, and 18)', () => {
  let servers: ServerPair;
  let databases: DatabasePair;

  beforeAll(async () => {
    servers = await startPair(SOURCE, 18, { fsync: 'off' });
    databases = await makeDatabases(servers, EVERY_TYPE_DDL);
    for (const side of ['source', 'target'] as const)
      await databases.query(side, `${everyTypeRows()}; ANALYZE`);
  });
  afterAll(async () => {
    await servers?.stop();
  });

  it('R139 finds nothing where both sides hold the same, whatever their versions', async () => {
    const report = await verify(contextOf(databases));
    expect(report).toMatchObject({ differences: [], findings: [], equal: true });
    expect(report.checkedTables).toBe(report.tables);
    const everyType = Object.keys(MISTAKABLE).length + 1;
    expect(report.checkedRows).toBe(everyType + 3000 + 3000 + 50 + 2000 + 5 + 1000 + 201);
  });

  it('R139 tells apart what only looks the same, in a column of every type, and shows both values', async () => {
    const names = Object.keys(MISTAKABLE);
    await databases.query(
      'target',
      names
        .map(
          (name) =>
            `UPDATE every_type SET ${name} = ${MISTAKABLE[name]![1]} WHERE label = '${name.replaceAll('"', '')}'`,
        )
        .join(';'),
    );
    const context = contextOf(databases);
    const report = await verify(context);
    expect(report.equal).toBe(false);
    expect(report.differenceCount).toBe(names.length);
    expect(report.differences).toHaveLength(20);
    const columns = await differingColumns(context);
    expect(columns).toHaveLength(names.length + 1);
    expect(columns).toContainEqual({
      name: 'instant',
      source: '2026-03-29 01:30:00+00',
      target: '2026-03-29 00:30:00+00',
    });
    const order = { epoch: 0, mode: 'final', order: 1 } as const;
    const begun = await resendRows(context, { ...order, budgetMs: 0 });
    expect(begun).toMatchObject({ end: 'budget', wantedRows: names.length, resentRows: 0 });
    const sent = await resendRows(context, { ...order, budgetMs: 60_000 });
    expect(sent).toMatchObject({ end: 'done', resentRows: names.length, deletedRows: 0, refused: [] });
    expect(sent).toMatchObject({ leftRows: 0, left: [], tables: [{ table: 'public.every_type' }] });
    expect(await resendRows(context, { ...order, budgetMs: 0 })).toEqual(sent);
    expect(await verify(context, { round: 2 })).toMatchObject({ differences: [], equal: true });
  });

  it('R139 names rows that are missing, one too many, or there twice, with and without a key', async () => {
    await databases.query(
      'target',
      `DELETE FROM by_text WHERE n = 77; INSERT INTO by_text VALUES ('Ä', 'ö', 1);
       UPDATE by_many SET v = 'w' WHERE v = 'v1234'; DELETE FROM by_composite WHERE v = 3;
       INSERT INTO no_key SELECT a, b FROM no_key WHERE a = 5 AND b = 'b1' LIMIT 1; DELETE FROM no_key WHERE a = 0 AND b IS NULL;
       INSERT INTO no_column DEFAULT VALUES; UPDATE parted SET v = 'x' WHERE id = 9; DELETE FROM ONLY parent WHERE id = 60`,
    );
    const report = await verify(contextOf(databases));
    const found = report.differences.map(({ table, kind, key, copies }) => ({
      table: table.name,
      kind,
      key,
      copies,
    }));
    const one = { source: 1, target: 1 };
    expect(found).toEqual(
      expect.arrayContaining([
        {
          table: 'by_text',
          kind: 'missing',
          key: { name: 'R77', part: 'p0' },
          copies: { source: 1, target: 0 },
        },
        { table: 'by_text', kind: 'extra', key: { name: 'Ä', part: 'ö' }, copies: { source: 0, target: 1 } },
        {
          table: 'by_many',
          kind: 'changed',
          key: expect.objectContaining({ amount: '308.50' }),
          copies: one,
        },
        { table: 'by_composite', kind: 'missing', key: expect.anything(), copies: { source: 1, target: 0 } },
        { table: 'parted_a', kind: 'changed', key: { id: '9', kind: 'a' }, copies: one },
        { table: 'parent', kind: 'missing', key: { id: '60' }, copies: { source: 1, target: 0 } },
        { table: 'no_column', kind: 'extra', key: null, copies: { source: 5, target: 6 } },
        { table: 'no_key', kind: 'extra', key: null, copies: { source: 14, target: 15 } },
      ]),
    );
    const nulls = report.differences.filter(
      ({ table, kind }) => table.name === 'no_key' && kind === 'missing',
    );
    expect(nulls[0]?.columns).toEqual([
      { name: 'a', source: '0', target: null },
      { name: 'b', source: null, target: null },
    ]);
    expect(found).toHaveLength(8 + nulls.length);
  });

  it('R139 compares rows by keys that the two sides sort differently', async () => {
    const pair = await makeDatabases(servers, '');
    const rows = `INSERT INTO word SELECT (ARRAY['ä', 'Z', 'a', 'É'])[1 + n % 4] || n, n FROM generate_series(1, 9000) n; ANALYZE`;
    await pair.query(
      'source',
      `CREATE TABLE word (w text COLLATE "de-x-icu" PRIMARY KEY, n integer); ${rows}`,
    );
    await pair.query(
      'target',
      `CREATE TABLE word (n integer, w text COLLATE "C" PRIMARY KEY); ${rows.replace('word', 'word (w, n)')}`,
    );
    await pair.query(
      'target',
      `DELETE FROM word WHERE n = 9; UPDATE word SET n = -1 WHERE n = 8000; INSERT INTO word (w) VALUES ('ß')`,
    );
    const { differences, checkedRows } = await verify(contextOf(pair));
    expect(checkedRows).toBe(9_000);
    const found = differences.map(({ kind, key, columns }) => [kind, key?.['w'], columns.at(-1)?.target]);
    expect(found.toSorted()).toEqual([
      ['changed', 'ä8000', '-1'],
      ['extra', 'ß', 'ß'],
      ['missing', 'Z9', null],
    ]);
  });

  it('R139 goes on behind the last chunk in the journal after a SIGKILL, and has compared every row once', async () => {
    const ddl =
      'CREATE TABLE big (a text, b integer, v text, PRIMARY KEY (a, b)); CREATE TABLE small (id integer PRIMARY KEY)';
    const pair = await makeDatabases(servers, ddl);
    const rows = `INSERT INTO big SELECT 'k' || n % 997, n, repeat(md5(n::text), 6) FROM generate_series(1, 40000) n; ANALYZE`;
    for (const side of ['source', 'target'] as const) await pair.query(side, rows);
    await pair.query('target', `UPDATE big SET v = 'x' WHERE b IN (1, 20000, 39999)`);
    const folder = mkdtempSync(join(tmpdir(), 'causeway-verify-'));
    const journal = new SqliteJournal(join(folder, 'journal.db'));
    const context = contextOf(pair, { more: { journal } });
    try {
      const args = ['--require', './test/support/run-typescript.js', join(__dirname, 'verify-on-disk.ts')];
      const { source, target, migrationId } = context;
      const child = await runChild(
        'verification',
        [...args, join(folder, 'journal.db'), migrationId, source, target],
        /^ready$/,
      );
      const chunks = () => journal.length(migrationId, 'verify/final-0-1/chunks');
      await until(async () => (await chunks()) >= 1);
      await child.end('SIGKILL');
      const before = await chunks();
      const report = await verify(context);
      expect(await journal.length(migrationId, 'verify/final-0-1/chunks')).toBeGreaterThan(before);
      expect(report).toMatchObject({
        checkedRows: 40_000,
        differenceCount: 3,
        checkedTables: 2,
        equal: false,
      });
      expect(await verify(context)).toEqual(report);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('R123 stops when a command waits, and goes on later', async () => {
    const context = contextOf(databases);
    let asked = 0;
    const interrupted: PostgresContext = {
      ...context,
      limits: async () => ({ ...databases.limits, verifyBytesPerSecond: 10_000 }),
      claim: { ...context.claim, interrupted: async () => (asked += 1) > 1 },
    };
    const stopped = await verifyDatabase(interrupted, { epoch: 0, mode: 'final', budgetMs: 60_000 });
    expect(stopped).toMatchObject({ end: 'interrupted', report: { finishedAt: null, equal: false } });
    const { checkedTables, tables, chunks } = await verify(context);
    expect(checkedTables).toBe(tables);
    expect(chunks).toBe(tables);
  });

  it('R140 R141 asks both sides the same at once, read-only, and says where the answers differ', async () => {
    const pair = await makeDatabases(
      servers,
      'CREATE TABLE sale (id integer PRIMARY KEY, region text, amount numeric)',
    );
    for (const side of ['source', 'target'] as const)
      await pair.query(side, `INSERT INTO sale SELECT n, 'r' || n % 3, n FROM generate_series(1, 99) n`);
    await pair.query('target', 'UPDATE sale SET amount = 1000 WHERE id = 99');
    const reports = [
      {
        name: 'regions',
        sql: 'SELECT region, count(*) FROM sale GROUP BY region ORDER BY region; -- all of them',
      },
      { name: 'totals', sql: 'SELECT region, sum(amount) FROM sale GROUP BY region ORDER BY region' },
      { name: 'writes', sql: `WITH gone AS (DELETE FROM sale RETURNING id) SELECT * FROM gone` },
      { name: 'two', sql: 'SELECT 1; COMMIT; DELETE FROM sale' },
    ];
    const answers = await runReportsOnBoth(contextOf(pair, { reports }), { epoch: 0, mode: 'final' });
    expect(answers.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['regions', 'equal'],
      ['totals', 'differs'],
      ['writes', 'failed'],
      ['two', 'failed'],
    ]);
    expect(answers[1]).toMatchObject({
      source: '[["region","r0"],["sum","1683"]]',
      target: '[["region","r0"],["sum","2584"]]',
    });
    expect(await pair.query('source', 'SELECT FROM sale')).toHaveLength(99);
    const report = await verify(contextOf(pair, { reports: reports.slice(0, 2) }));
    expect(report.findings).toMatchObject([{ check: 'report', subject: 'totals' }]);
    expect(report.differences).toMatchObject([
      { columns: [{ name: 'amount', source: '99', target: '1000' }] },
    ]);
  });

  it('R139 finds sequences that would give out a value again, and what differs in schema and grants', async () => {
    const pair = await makeDatabases(
      servers,
      `CREATE TABLE item (id serial PRIMARY KEY, v text); CREATE TABLE gone (a integer); CREATE SEQUENCE spare;`,
    );
    await pair.query(
      'source',
      `INSERT INTO item (v) VALUES ('a'), ('b'); GRANT SELECT ON item TO PUBLIC; SELECT nextval('spare')`,
    );
    await pair.query(
      'target',
      `INSERT INTO item VALUES (1, 'a'), (2, 'b'); SELECT setval('spare', 33); DROP TABLE gone; CREATE INDEX extra ON item (v)`,
    );
    const { findings, differenceCount, equal } = await verify(contextOf(pair));
    expect({ differenceCount, equal }).toEqual({ differenceCount: 0, equal: false });
    const found = findings.map(({ check, subject, source, target }) => ({ check, subject, source, target }));
    expect(found).toEqual(
      expect.arrayContaining([
        { check: 'table', subject: 'public.gone', source: 'there', target: null },
        { check: 'sequence', subject: 'public.item_id_seq', source: 'next 3, by 1', target: 'next 1, by 1' },
        { check: 'schema', subject: 'index "public"."extra"', source: null, target: 'there' },
      ]),
    );
    expect(
      found.some(({ check, source, target }) => check === 'grants' && source === 'there' && target === null),
    ).toBe(true);
    expect(found.filter(({ check }) => check === 'sequence')).toHaveLength(1);
  });

  it('R81 tries a sample of every size first, and keeps its forecast beside what then happened', async () => {
    const context = contextOf(databases);
    const plan = await planVerification(context, { epoch: 0, mode: 'final' });
    const small = plan.trial.strata.find(({ stratum }) => stratum === 'small');
    expect(small).toMatchObject({ tables: plan.tables, sampledTables: 3 });
    expect(plan.trial.forecastMs).toBeGreaterThan(0);
    const report = await verify(context);
    expect(report.trial).toEqual(plan.trial);
    expect(report.workedMs).toBeGreaterThan(0);
  });
});

async function differingColumns(context: PostgresContext): Promise<RowDifference['columns']> {
  const columns: RowDifference['columns'] = [];
  for await (const line of context.journal.read(context.migrationId, 'verify/final-0-1/chunks'))
    columns.push(...((line as { difference?: RowDifference }).difference?.columns ?? []));
  return columns;
}
