import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import type { PostgresContext } from '../../../shared/movers/postgres/postgres-context';
import { resendRows } from '../../../shared/movers/postgres/verification/resend-rows';
import { verifyDatabase } from '../../../shared/movers/postgres/verification/verify-database';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { EMPTY_LEDGER_DDL, startWriters } from '../../support/postgres/ledger-writers';
import { replicate, switchTo, until } from '../../support/postgres/replicated-ledger';
import { contextOf, verify } from './verification-world';

const HERE = binariesOf(15) !== null && binariesOf(17) !== null;
const suite = HERE ? describe : describe.skip;

const STAFF = `CREATE TABLE staff (id integer PRIMARY KEY, name text UNIQUE, pay numeric, boss integer REFERENCES staff,
  since timestamptz DEFAULT now(), twice numeric GENERATED ALWAYS AS (pay * 2) STORED, serial integer GENERATED ALWAYS AS IDENTITY);`;

const ORDER = { order: 1, budgetMs: 60_000 };

/** Past the fence and every trigger, as a mistake of replication would. */
const behindItsBack = (sql: string): string => `SET session_replication_role = replica; ${sql}`;

suite(`live verification of PostgreSQL 15 against 17${HERE ? '' : ' (no binaries here)'}`, () => {
  let servers: ServerPair;
  let databases: DatabasePair;
  let context: PostgresContext;

  beforeAll(async () => {
    servers = await startPair(15, 17, { fsync: 'off' });
    databases = await makeDatabases(servers, EMPTY_LEDGER_DDL + STAFF, { limits: { lagLimitMs: 60_000 } });
    await databases.query(
      'source',
      `INSERT INTO "Konten ""ä""" (balance) SELECT 0 FROM generate_series(1, 8);
       INSERT INTO staff (id, name, pay, boss) SELECT n, 'n' || n, n * 1.50, nullif(n / 2, 0) FROM generate_series(1, 12000) n`,
    );
    await replicate(databases);
    context = contextOf(databases);
  });
  afterAll(async () => {
    await servers?.stop();
  });

  it('R139 raises no alarm while clients write the same rows again and again, and finds what is wrong among them', async () => {
    const writers = startWriters(3, () => databases.url('source'), 2);
    try {
      const clean = await verify(context, { mode: 'live' });
      expect(clean).toMatchObject({
        differenceCount: 0,
        differences: [],
        findings: [],
        equal: true,
        leader: 'source',
      });
      await databases.query(
        'target',
        behindItsBack(
          `DELETE FROM staff WHERE id = 10; UPDATE staff SET pay = 30.0 WHERE id = 20; UPDATE staff SET name = NULL WHERE id = 6001;
           INSERT INTO staff (id, name) VALUES (20000, 'nobody'); DELETE FROM ledger WHERE id = 5`,
        ),
      );
      const report = await verify(context, { mode: 'live', round: 2 });
      const found = report.differences.map(({ table, kind, key }) => `${table.name} ${kind} ${key?.['id']}`);
      expect(found.toSorted()).toEqual([
        'ledger missing 5',
        'staff changed 20',
        'staff changed 6001',
        'staff extra 20000',
        'staff missing 10',
      ]);
      const changed = report.differences.find(({ key }) => key?.['id'] === '20');
      expect(changed?.columns).toEqual([
        { name: 'pay', source: '30.00', target: '30.0' },
        { name: 'twice', source: '60.00', target: '60.0' },
      ]);
    } finally {
      await writers.stop();
    }
  });

  it('sends only rows that differ again, past fence and foreign keys, and proves them', async () => {
    const writers = startWriters(2, () => databases.url('source'), 2);
    try {
      const sent = await resendRows(context, { epoch: 0, mode: 'live', round: 2, ...ORDER });
      expect(sent).toMatchObject({ end: 'done', resentRows: 4, deletedRows: 1, leftRows: 0, refused: [] });
      expect(await verify(context, { mode: 'live', round: 3 })).toMatchObject({
        differenceCount: 0,
        equal: true,
      });
      const origins = await databases.query(
        'target',
        `SELECT FROM pg_replication_origin WHERE roname = 'causeway_resend'`,
      );
      expect(origins).toEqual([]);
    } finally {
      await writers.stop();
    }
  });

  it('R139 compares the other way round after a cutover, and what is sent again does not come back', async () => {
    expect(await switchTo(databases, 1)).toMatchObject({ kind: 'switched' });
    await databases.query('target', `UPDATE staff SET pay = 7 WHERE id = 30`);
    await until(
      async () => (await databases.query('source', `SELECT FROM staff WHERE pay = 7`)).length === 1,
    );
    await databases.query('source', behindItsBack(`UPDATE staff SET pay = 8 WHERE id = 30`));
    const report = await verify(context, { epoch: 1, mode: 'live' });
    expect(report.leader).toBe('target');
    expect(report.differences).toMatchObject([
      {
        kind: 'changed',
        key: { id: '30' },
        columns: [{ name: 'pay', source: '8', target: '7' }, { name: 'twice' }],
      },
    ]);
    const sent = await resendRows(context, { epoch: 1, mode: 'live', ...ORDER });
    expect(sent).toMatchObject({ resentRows: 1, leftRows: 0 });
    expect(await switchTo(databases, 2)).toMatchObject({ kind: 'switched' });
    await databases.query('source', `UPDATE staff SET pay = 9.125 WHERE id = 31`);
    await until(
      async () => (await databases.query('target', `SELECT FROM staff WHERE pay = 9.125`)).length === 1,
    );
    expect(await verify(context, { epoch: 2, mode: 'live' })).toMatchObject({
      differenceCount: 0,
      equal: true,
    });
  });

  it('R131 holds back while replication lags, and says so', async () => {
    const slow = contextOf(databases, {
      more: { limits: async () => ({ ...databases.limits, activeSessionsLimit: 1 }) },
    });
    const busy = [1, 2, 3].map(() => databases.query('source', 'SELECT pg_sleep(3)'));
    const result = await verifyDatabase(slow, { epoch: 2, mode: 'live', budgetMs: 500 });
    expect(result).toMatchObject({ end: 'budget', pausedBy: 'load' });
    await Promise.all(busy);
  });
});
