import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { catalogueOf } from '../../support/postgres/catalogue';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { dieAt } from '../../support/postgres/dying-worker';
import { makeLedger, replicate, sameOnBoth, until } from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
/** Every statement, or some: each costs a second. */
const STRIDE = process.env['CAUSEWAY_EVERY_POINT'] === undefined ? 7 : 1;
const ROWS = 'INSERT INTO ledger (writer, entry) SELECT 1, g FROM generate_series(1, 1000) AS g';
const LINES = 'INSERT INTO line (ledger) SELECT id FROM ledger ON CONFLICT DO NOTHING';

here('R107 R121 a copy whose server died before it had noted that it was over, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(15, 18, { fsync: 'off' });
  });
  afterAll(() => pair?.stop());

  /** Copied, and not asked about yet: both databases say `copying`. */
  const copied = async (): Promise<DatabasePair> => {
    const databases = await makeLedger(pair);
    for (const side of ['source', 'target'] as const)
      await databases.query(side, 'CREATE TABLE line (ledger bigint PRIMARY KEY REFERENCES ledger)');
    for (const sql of [ROWS, LINES]) await databases.query('source', sql);
    expect((await startReplication(databases.context)).kind).toBe('started');
    const behind = "SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r'";
    await until(async () => (await databases.query('target', behind)).length === 0);
    return databases;
  };

  /** As such a death leaves it: the slot is gone, and this catalogue has what it had before. */
  const strand = (databases: DatabasePair) =>
    databases.query('target', "UPDATE pg_subscription_rel SET srsubstate = 'f'");

  it('is begun anew, at whichever statement of that the worker dies, and ends with every row', async () => {
    const databases = await copied();
    await strand(databases);
    for (const sql of [ROWS, LINES]) await databases.query('source', sql);
    let deaths = 0;
    for (let index = 12, died = true; died; index += STRIDE) {
      const at = (_: string, statement: number) => statement === index;
      ({ died } = await dieAt({ at, when: 'after' }, () => startReplication(databases.context)));
      deaths += died ? 1 : 0;
    }
    expect(deaths).toBeGreaterThan(1);
    await replicate(databases);
    await sameOnBoth(databases);
    const lines = 'SELECT count(*)::integer AS count FROM line';
    expect(await databases.query('target', lines)).toEqual([{ count: 2_000 }]);
    await stopReplication(databases.context);
  });

  it('leaves nothing behind where it is cancelled instead', async () => {
    const databases = await copied();
    await strand(databases);
    expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
    const left = await catalogueOf(databases, 'source');
    expect(left.filter((line) => /causeway|slot|pg_\d+_sync/u.test(line))).toEqual([]);
  });
});
