import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { catalogueOf } from '../../support/postgres/catalogue';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { makeLedger, replicate, switchTo, until } from '../../support/postgres/replicated-ledger';

const here = binariesOf(16) && binariesOf(18) ? describe : describe.skip;
const TABLES = 1_000;
const first = { epoch: 1, openRoute: () => Promise.resolve() };
const DDL = Array.from(
  { length: TABLES },
  (_, index) => `CREATE TABLE t${index} (id int PRIMARY KEY, v text NOT NULL)`,
).join(';');
/** Only ends what hangs. */
const LONG_MS = 1_800_000;
/** One transaction's rows, in MB: CAUSEWAY_TRANSACTION_MB, as 1000. Nothing is run without it: it takes that much disk five times. */
const TRANSACTION_MB = Number(process.env['CAUSEWAY_TRANSACTION_MB'] ?? 0);

here('R107 R110 many tables and large transactions, PostgreSQL 16 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(16, 18, { fsync: 'off', max_locks_per_transaction: 128, max_wal_size: '2GB' });
  });
  afterAll(() => pair?.stop());

  const both = async (databases: DatabasePair) => [
    await catalogueOf(databases, 'source'),
    await catalogueOf(databases, 'target'),
  ];

  it(
    `${TABLES} tables are copied, go there and back, and leave nothing`,
    async () => {
      const databases = await makeDatabases(pair, DDL);
      const fill = Array.from(
        { length: TABLES },
        (_, index) => `INSERT INTO t${index} SELECT g, 'v' FROM generate_series(1, 10) g`,
      );
      await databases.query('source', fill.join(';'));
      const before = await both(databases);
      const begun = performance.now();
      await replicate(databases, LONG_MS);
      const readyMs = performance.now() - begun;
      const windows: number[] = [];
      for (const epoch of [1, 2]) {
        await databases.query(
          epoch === 1 ? 'source' : 'target',
          `INSERT INTO t${TABLES - epoch} VALUES (100, 'late')`,
        );
        const outcome = await until(async () => {
          const switched = await switchTo(databases, epoch);
          return switched.kind === 'switched' && switched;
        });
        windows.push(Math.round(outcome.windowMs));
      }
      process.stdout.write(
        `${TABLES} tables: ready in ${Math.round(readyMs)} ms, windows ${windows.join(' and ')} ms\n`,
      );
      const all = Array.from({ length: TABLES }, (_, index) => `SELECT FROM t${index}`).join(' UNION ALL ');
      const count = `SELECT count(*)::integer AS count FROM (${all}) AS rows`;
      expect(await databases.query('source', count)).toEqual([{ count: TABLES * 10 + 2 }]);
      await until(async () => (await databases.query('target', `SELECT FROM t${TABLES - 2}`)).length === 11);
      expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
      expect(await both(databases)).toEqual(before);
    },
    LONG_MS,
  );

  (TRANSACTION_MB > 0 ? it : it.skip)(
    `a transaction of ${TRANSACTION_MB} MB of rows arrives whole, and a switch that is armed begins once it is there`,
    async () => {
      const databases = await makeLedger(pair);
      for (const side of ['source', 'target'] as const)
        await databases.query(side, 'CREATE TABLE wide (id int PRIMARY KEY, v text NOT NULL)');
      await replicate(databases);
      expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
      const rows = TRANSACTION_MB * 1_000;
      const written = performance.now();
      await databases.query(
        'source',
        `INSERT INTO wide SELECT g, repeat(md5(g::text), 31) FROM generate_series(1, ${rows}) AS g`,
      );
      const committed = performance.now();
      let refused = 0;
      const outcome = await until(async () => {
        const switched = await switchOver(databases.context, 'forward', first);
        refused += switched.kind === 'refused' ? 1 : 0;
        return switched.kind === 'switched' && switched;
      }, LONG_MS);
      const switchedMs = Math.round(performance.now() - committed);
      const there = 'SELECT count(*)::integer AS count FROM wide';
      expect(await databases.query('target', there)).toEqual([{ count: rows }]);
      const writtenMs = Math.round(committed - written);
      process.stdout.write(
        `${TRANSACTION_MB} MB in one transaction: written in ${writtenMs} ms, switched ${switchedMs} ms after its commit, refused ${refused} times before, window ${Math.round(outcome.windowMs)} ms\n`,
      );
      await stopReplication(databases.context);
    },
    2 * LONG_MS,
  );
});
