import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import type { RowDifference } from '../../../shared/contracts/postgres-verification';
import { EVERY_TYPE_DDL, everyTypeRows, MISTAKABLE } from './every-type';
import { contextOf, verify } from './verification-world';

const HERE = binariesOf(13) !== null && binariesOf(18) !== null;
const suite = HERE ? describe : describe.skip;

suite(`final verification of PostgreSQL 13 against 18${HERE ? '' : ' (no binaries here)'}`, () => {
  let servers: ServerPair;
  let databases: DatabasePair;

  beforeAll(async () => {
    servers = await startPair(13, 18, { fsync: 'off' });
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
    const report = await verify(contextOf(databases), { round: 2 });
    expect(report.equal).toBe(false);
    expect(report.differenceCount).toBe(names.length);
    expect(report.differences).toHaveLength(20);
    const instant = await differenceOf(databases, 'instant');
    expect(instant).toEqual([
      { name: 'instant', source: '2026-03-29 01:30:00+00', target: '2026-03-29 00:30:00+00' },
    ]);
  });

  it('R139 names rows that are missing, one too many, or there twice, with and without a key', async () => {
    const pair = await makeDatabases(servers, EVERY_TYPE_DDL);
    for (const side of ['source', 'target'] as const) await pair.query(side, everyTypeRows());
    await pair.query(
      'target',
      `DELETE FROM by_text WHERE n = 77; INSERT INTO by_text VALUES ('Ä', 'ö', 1);
       UPDATE by_many SET v = 'w' WHERE v = 'v1234'; DELETE FROM by_composite WHERE v = 3;
       INSERT INTO no_key SELECT a, b FROM no_key WHERE a = 5 AND b = 'b1' LIMIT 1; DELETE FROM no_key WHERE a = 0 AND b IS NULL;
       INSERT INTO no_column DEFAULT VALUES; UPDATE parted SET v = 'x' WHERE id = 9; DELETE FROM ONLY parent WHERE id = 60`,
    );
    const report = await verify(contextOf(pair));
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

  async function differenceOf(pair: DatabasePair, label: string) {
    const context = contextOf(pair);
    await verify(context);
    for await (const line of context.journal.read(context.migrationId, 'verify/final-0-1/chunks')) {
      const { difference } = line as { difference?: RowDifference };
      if (difference?.columns[0]?.name === label) return difference.columns;
    }
    return null;
  }
});
