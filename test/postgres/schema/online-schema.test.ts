import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import type { PostgresAsset } from '../../../shared/contracts/postgres';
import { catalogueOf } from '../../support/postgres/catalogue';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { DatabaseSteps } from '../../support/postgres/database-steps';
import { until } from '../../support/postgres/replicated-ledger';

const missing = [15, 17].filter((major) => binariesOf(major as 15 | 17) === null);
const title = 'the schema of a database that moves online, from PostgreSQL 15 to 17';
const here = missing.length === 0 ? describe : describe.skip;

const DDL = `
  CREATE TABLE orders (id bigserial PRIMARY KEY, what text NOT NULL);
  CREATE VIEW recent AS SELECT id FROM orders WHERE id > 10`;

/** One that reads a later one, by way of a view; one that nobody has filled; one that can't be computed for 52 orders. */
const VIEWS = `
  CREATE VIEW between AS SELECT 0 AS n;
  CREATE MATERIALIZED VIEW twice AS SELECT n * 2 AS n FROM between;
  CREATE MATERIALIZED VIEW totals AS SELECT count(*)::int AS n FROM orders;
  CREATE OR REPLACE VIEW between AS SELECT n FROM totals;
  CREATE UNIQUE INDEX ON totals (n);
  CREATE MATERIALIZED VIEW unfilled AS SELECT id FROM orders WITH NO DATA;
  CREATE MATERIALIZED VIEW share AS SELECT 100 / (52 - count(*)) AS n FROM orders`;

const ordersOf = async (databases: DatabasePair, side: 'source' | 'target'): Promise<number> =>
  (await databases.query<{ n: number }>(side, 'SELECT count(*)::int AS n FROM orders'))[0]?.n ?? 0;

const contentsOf = async (databases: DatabasePair, side: 'source' | 'target') =>
  (
    await databases.query(
      side,
      `SELECT totals.n AS totals, twice.n AS twice, relispopulated AS unfilled
       FROM totals, twice, pg_class WHERE oid = 'unfilled'::regclass`,
    )
  )[0];

here(missing.length === 0 ? title : `${title} (left out: no binaries of ${missing.join(', ')})`, () => {
  let pair: ServerPair;
  let steps: DatabaseSteps;
  beforeAll(async () => {
    pair = await startPair(15, 17);
  });
  afterEach(() => steps.stop());
  afterAll(() => pair?.stop());

  const begin = async (
    ddl: PostgresAsset['ddl'] = { kind: 'present' },
    views = '',
  ): Promise<DatabasePair> => {
    const databases = await makeDatabases(pair, `${DDL}; ${views}`);
    await databases.query('source', "INSERT INTO orders (what) SELECT 'tea' FROM generate_series(1, 50)");
    steps = await DatabaseSteps.start(databases, ddl);
    return databases;
  };

  /** As an application or its owner does it. */
  const change = async (databases: DatabasePair, side: 'source' | 'target', ddl: string): Promise<void> => {
    const client = new Client({ connectionString: databases.url(side), application_name: 'shop' });
    await client.connect();
    try {
      await client.query(ddl);
    } finally {
      await client.end();
    }
  };
  const refusal = { code: '55000', message: expect.stringContaining('being migrated') };
  const isHeld = async (databases: DatabasePair, side: 'source' | 'target'): Promise<void> => {
    await expect(change(databases, side, 'ALTER TABLE orders ADD a int')).rejects.toMatchObject(refusal);
    await expect(change(databases, side, 'DROP VIEW recent')).rejects.toMatchObject(refusal);
    await change(databases, side, 'REINDEX TABLE orders');
  };

  it('R108 R147 is held while it is copied and followed, on both sides after a switch, until nothing is left of it', async () => {
    const databases = await begin();
    const sides = ['source', 'target'] as const;
    const before = await Promise.all(sides.map((side) => catalogueOf(databases, side)));
    await steps.done('preflightData');
    await change(databases, 'source', 'CREATE TEMPORARY TABLE still_free (a int)');
    const copied = await steps.done('startReplication');
    expect(copied.evidence.facts).toMatchObject({ tables: 1, ddlGuard: 'installed' });
    await isHeld(databases, 'source');

    const armed = await steps.done('catchUp', 'armSwitch');
    expect(armed.evidence.facts).toMatchObject({ ddlGuard: 'installed' });
    await isHeld(databases, 'target');
    await steps.done('switchOver');
    for (const side of sides) await isHeld(databases, side);
    await steps.done('switchBack');
    await isHeld(databases, 'source');

    await steps.done('stopReplication');
    expect(await Promise.all(sides.map((side) => catalogueOf(databases, side)))).toEqual(before);
    for (const side of sides) await change(databases, side, 'ALTER TABLE orders ADD a int');
  });

  it('R107 R108 is held before anything is copied, and cancelled then nothing is left of it', async () => {
    const databases = await begin({ kind: 'supplied', sql: 'CREATE VIEW broken AS SELECT FROM nowhere' });
    await databases.query('target', 'DROP TABLE orders CASCADE');
    const before = await catalogueOf(databases, 'source');
    await steps.done('preflightData');
    expect(await steps.perform('startReplication')).toMatchObject({ kind: 'failed', code: 'statement' });
    await isHeld(databases, 'source');
    await steps.done('stopReplication');
    expect(await catalogueOf(databases, 'source')).toEqual(before);
  });

  it('R127 R147 has materialised views computed before users come, and once they are back', async () => {
    const databases = await begin({ kind: 'present' }, VIEWS);
    for (const side of ['source', 'target'] as const)
      await databases.query(side, 'REFRESH MATERIALIZED VIEW totals; REFRESH MATERIALIZED VIEW twice');
    await steps.done('preflightData', 'startReplication');
    const arrived = (count: number) =>
      until(async () => (await ordersOf(databases, 'target')) === count && ordersOf(databases, 'source'));

    await databases.query('source', "INSERT INTO orders (what) VALUES ('late'), ('one too many')");
    await arrived(52);
    const refused = await steps.perform('armSwitch');
    expect(refused).toMatchObject({ kind: 'failed', code: 'view-not-filled' });
    expect(JSON.stringify(refused)).toContain('share\\": division by zero');
    await databases.query('source', "DELETE FROM orders WHERE what = 'one too many'");
    await arrived(51);
    const reader = new Client({ connectionString: databases.url('target') });
    await reader.connect();
    await reader.query('BEGIN; SELECT FROM totals');
    const armed = await steps.done('armSwitch');
    await reader.end();
    expect(armed.evidence.summary).toContain(
      '3 materialised views computed on the target, 1 of them without keeping readers out',
    );
    expect(await contentsOf(databases, 'target')).toEqual({ totals: 51, twice: 102, unfilled: false });

    await steps.done('switchOver');
    await databases.query('target', "INSERT INTO orders (what) VALUES ('on the target')");
    const back = await steps.done('switchBack');
    expect(await ordersOf(databases, 'source')).toBe(52);
    expect(await contentsOf(databases, 'source')).toEqual({ totals: 52, twice: 104, unfilled: false });
    expect(back.evidence.summary).toContain('2 materialised views computed on the source');
    expect(back.evidence.facts).toMatchObject({
      viewsNotFilled: [expect.stringContaining('division by zero')],
    });
  });

  it('R108 R147 is told by name at the next step where somebody has changed it, and may be changed back', async () => {
    const databases = await begin();
    const unguarded = 'DROP EVENT TRIGGER causeway_guard_end; DROP EVENT TRIGGER causeway_guard_drop;';
    const viewBeyond = (id: number) =>
      `CREATE OR REPLACE VIEW recent AS SELECT id FROM orders WHERE id > ${id}`;
    await steps.done('preflightData');
    await change(
      databases,
      'source',
      'ALTER TABLE orders ADD colour text; CREATE INDEX what ON orders (what)',
    );
    const early = await steps.perform('startReplication');
    expect(early).toMatchObject({ kind: 'failed', code: 'schema-changed' });
    expect(JSON.stringify(early)).toContain('index \\"public\\".\\"what\\" (made)');
    expect(JSON.stringify(early)).toContain('table \\"public\\".\\"orders\\" (changed)');
    await change(databases, 'source', 'ALTER TABLE orders DROP colour; DROP INDEX what');
    await steps.call('startReplication');
    for (const step of ['startReplication', 'catchUp', 'armSwitch', 'switchOver'] as const) {
      await change(databases, 'source', `${unguarded} ${viewBeyond(20)}`);
      const failed = await steps.perform(step);
      expect(failed).toMatchObject({ kind: 'failed', code: 'schema-changed' });
      expect(JSON.stringify(failed)).toContain('view \\"public\\".\\"recent\\" (changed)');
      await change(databases, 'source', viewBeyond(10));
      await steps.done(step);
    }
    await change(databases, 'target', `${unguarded} CREATE TABLE stowaway (id int PRIMARY KEY)`);
    const failed = await steps.perform('switchBack');
    expect(failed).toMatchObject({ kind: 'failed', code: 'schema-changed' });
    expect(JSON.stringify(failed)).toContain('table \\"public\\".\\"stowaway\\" (made)');
    await change(databases, 'target', 'DROP TABLE stowaway');
    await steps.done('switchBack');
  });
});
