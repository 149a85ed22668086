import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { DatabaseSteps } from '../../support/postgres/database-steps';

const HERE = binariesOf(15) !== null && binariesOf(17) !== null;
const suite = HERE ? describe : describe.skip;

const DDL = 'CREATE TABLE orders (id bigserial PRIMARY KEY, what text NOT NULL);';
const FIFTY = "INSERT INTO orders (what) SELECT 'tea' FROM generate_series(1, 50)";
const REPORT = { name: 'Orders', sql: 'SELECT what, count(*) FROM orders GROUP BY 1 ORDER BY 1' };
/** Past the fence of the side that follows, as a mistake of replication would. */
const BEHIND_ITS_BACK = `SET session_replication_role = replica; UPDATE orders SET what = 'coffee' WHERE id = 7`;

suite(
  `a failback, looked at once users are back, PostgreSQL 15 and 17${HERE ? '' : ' (no binaries here)'}`,
  () => {
    let pair: ServerPair;
    let databases: DatabasePair;
    let steps: DatabaseSteps;
    beforeAll(async () => {
      pair = await startPair(15, 17, { fsync: 'off' });
    });
    afterEach(() => steps.stop());
    afterAll(() => pair?.stop());

    const begin = async (): Promise<void> => {
      const made = await makeDatabases(pair, DDL);
      const asset = { ...made.context.asset, reports: [REPORT] };
      databases = { ...made, context: { ...made.context, asset } };
      await databases.query('source', FIFTY);
      steps = await DatabaseSteps.start(databases, { kind: 'present' });
      await steps.done('preflightData', 'startReplication', 'catchUp', 'armSwitch');
    };

    it('R56 R139 R147 has every row, the sequences and the reports compared with the side that follows, by count', async () => {
      await begin();
      await steps.done('switchOver');
      await databases.query('target', "INSERT INTO orders (what) VALUES ('on the target')");
      await steps.done('switchBack', 'disarmSwitch');
      const verified = await steps.done('verifyRollback');
      expect(verified.evidence.summary).toBe(
        'the source serves its users as before. orders: 51 rows of 1 tables compared while live: all equal.',
      );
      expect(verified.evidence.facts['databases']).toMatchObject({
        orders: {
          ...{ compared: true, epoch: 2, report: 'returned.orders', checkedRows: 51, differenceCount: 0 },
          reports: [{ name: 'Orders', verdict: 'equal' }],
        },
      });
      await databases.query('source', "SELECT setval('orders_id_seq', 10)");
      const given = await steps.perform('verifyRollback');
      expect(given).toMatchObject({ kind: 'failed', code: 'data-differs', facts: { findingCount: 1 } });
      expect(JSON.stringify(given)).toContain(
        'public.orders_id_seq: The side that serves would give out values that the other one gave out',
      );
    });

    it('R56 R139 fails where a row differs, and passes once it is put right', async () => {
      await begin();
      await steps.done('switchOver', 'switchBack');
      await databases.query('target', BEHIND_ITS_BACK);
      expect(await steps.perform('verifyRollback')).toMatchObject({
        ...{ kind: 'failed', code: 'data-differs' },
        facts: {
          ...{ report: 'returned.orders', differenceCount: 1 },
          reports: [{ name: 'Orders', verdict: 'differs' }],
        },
        reason: expect.stringContaining('50 rows of 1 tables compared while live: 1 rows'),
      });
      await databases.query('source', "UPDATE orders SET what = 'milk' WHERE id = 7");
      expect(await steps.perform('verifyRollback')).toMatchObject({ kind: 'done' });
    });

    it('R56 says that nothing was compared where users never left the source', async () => {
      await begin();
      await steps.done('disarmSwitch', 'stopReplication');
      const verified = await steps.done('verifyRollback');
      expect(verified.evidence.facts['databases']).toMatchObject({ orders: { compared: false } });
      expect(verified.evidence.summary).toContain(
        'orders was not compared: users have worked on the source all the time',
      );
    });
  },
);
