import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { switchTo } from '../../support/postgres/replicated-ledger';
import { VerifyingCutover } from './verifying-cutover';

const HERE = binariesOf(15) !== null && binariesOf(17) !== null;
const suite = HERE ? describe : describe.skip;

const DDL = 'CREATE TABLE staff (id integer PRIMARY KEY, name text, boss integer REFERENCES staff);';
const ROWS = `INSERT INTO staff SELECT n, 'n' || n, nullif(n / 2, 0) FROM generate_series(1, 1000) n`;
/** Past every trigger and foreign key, as a mistake of replication would. */
const WRONG = `SET session_replication_role = replica; DELETE FROM staff WHERE id = 10;
  UPDATE staff SET name = 'wrong' WHERE id = 20; INSERT INTO staff VALUES (2000, 'nobody')`;
const ALL = 'SELECT s::text AS row FROM staff s ORDER BY id';

suite(`rows sent anew where people order it, PostgreSQL 15 to 17${HERE ? '' : ' (no binaries here)'}`, () => {
  let servers: ServerPair;
  let databases: DatabasePair;
  let cutover: VerifyingCutover;

  beforeAll(async () => {
    servers = await startPair(15, 17, { fsync: 'off' });
  });
  afterEach(() => cutover.stop());
  afterAll(async () => {
    await servers?.stop();
  });

  const stateOf = async (stage: string) =>
    (await cutover.cutover()).stages.find(({ name }) => name === stage);
  const levelled = async () =>
    expect(await databases.query('target', ALL)).toEqual(await databases.query('source', ALL));

  it('R139 sends what a live verification found to differ, in the name of who ordered it, and verifies again', async () => {
    databases = await makeDatabases(servers, DDL);
    await databases.query('source', ROWS);
    cutover = await VerifyingCutover.start(databases, 'online');
    for (const stage of ['preflight', 'initial-copy'])
      expect(await cutover.run(stage)).toMatchObject({ kind: 'done' });
    await databases.query('target', WRONG);

    expect(await cutover.run('verify-live')).toMatchObject({
      ...{ kind: 'failed', code: 'data-differs', facts: { differenceCount: 3 } },
      differing: { assetId: 'orders', rows: 3, epoch: 0, round: 1 },
    });
    expect((await cutover.differingRows('live.orders')).map(({ key }) => key?.['id']).toSorted()).toEqual([
      '10',
      '20',
      '2000',
    ]);
    expect(await cutover.command('resend')).toMatchObject({ kind: 'accepted' });
    expect(await stateOf('verify-live')).toMatchObject({
      ...{ status: 'pending', resend: { by: 'Otto', reason: 'please resend' } },
    });
    const verified = await cutover.run('verify-live');
    expect(verified).toMatchObject({ kind: 'done', evidence: { facts: { differenceCount: 0 } } });
    await levelled();

    const counts = { wantedRows: 3, resentRows: 2, deletedRows: 1, leftRows: 0, refused: [] };
    const logged = await cutover.logged('rows.resent');
    expect(logged).toMatchObject([{ facts: { ...counts, orderedBy: 'Otto', round: 1, attempt: 2 } }]);
    expect(await cutover.report('resent.orders')).toMatchObject({ ok: true, details: counts });
    expect(await stateOf('verify-live')).toMatchObject({ status: 'done', resend: null, differing: null });
  });

  it('R139 sends the rows of a final verification from the fenced source, without copying everything again', async () => {
    databases = await makeDatabases(servers, DDL);
    for (const side of ['source', 'target'] as const) await databases.query(side, ROWS);
    await databases.query('target', WRONG);
    const name = `"${databases.name.replaceAll('"', '""')}"`;
    await databases.query('source', `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    cutover = await VerifyingCutover.start(databases, 'offline');
    expect(await cutover.run('verify-items')).toMatchObject({ code: 'data-differs', differing: { rows: 3 } });
    await cutover.command('resend');
    expect((await stateOf('final-pass'))?.status).toBe('pending');
    expect((await stateOf('final-pass'))?.attempts).toBe(0);
    expect(await cutover.run('verify-items')).toMatchObject({ kind: 'done' });
    await levelled();
    expect(await cutover.logged('rows.resent')).toHaveLength(1);
  });

  it('says why where the rows may not be sent, and keeps them on offer', async () => {
    databases = await makeDatabases(servers, DDL);
    for (const side of ['source', 'target'] as const) await databases.query(side, ROWS);
    await databases.query('target', WRONG);
    await databases.query('target', 'ALTER TABLE staff ADD CHECK (id <> 10) NOT VALID');
    cutover = await VerifyingCutover.start(databases, 'offline');
    await cutover.run('verify-items');
    await cutover.command('resend');
    const refused = await cutover.run('verify-items');
    expect(refused).toMatchObject({ kind: 'failed', code: 'rows-not-sent' });
    expect(JSON.stringify(refused)).toContain('violates check constraint');
    expect(await stateOf('verify-items')).toMatchObject({ resend: null, differing: { rows: 3, round: 1 } });
    await databases.query('target', 'ALTER TABLE staff DROP CONSTRAINT staff_id_check');
    expect(await cutover.command('resend')).toMatchObject({ kind: 'accepted' });
    expect(await cutover.run('verify-items')).toMatchObject({ kind: 'done' });
    await levelled();
  });

  it('R139 sends nothing where sides have changed since the rows were compared, and compares anew', async () => {
    databases = await makeDatabases(servers, DDL);
    await databases.query('source', ROWS);
    cutover = await VerifyingCutover.start(databases, 'online');
    for (const stage of ['preflight', 'initial-copy'])
      expect(await cutover.run(stage)).toMatchObject({ kind: 'done' });
    await databases.query('target', WRONG);
    await cutover.run('verify-live');
    await cutover.command('resend');
    const migrationId = await cutover.migrationId();
    const replicated = { ...databases, context: { ...databases.context, migrationId } };
    expect(await switchTo(replicated, 1)).toMatchObject({ kind: 'switched' });
    const before = await Promise.all(
      (['source', 'target'] as const).map((side) => databases.query(side, ALL)),
    );

    expect(await cutover.run('verify-live')).toMatchObject({
      ...{ kind: 'failed', code: 'sides-changed' },
      reason: 'orders: sides have changed since the rows were compared: nothing was sent anew',
    });
    expect(
      await Promise.all((['source', 'target'] as const).map((side) => databases.query(side, ALL))),
    ).toEqual(before);
    expect(await stateOf('verify-live')).toMatchObject({ resend: null, differing: null });
    expect(await cutover.command('resend')).toEqual({
      kind: 'refused',
      reason: 'stage verify-live has found no rows that could be sent anew',
    });
    await cutover.command('retry');
    expect(await cutover.run('verify-live')).toMatchObject({
      ...{ kind: 'failed', code: 'data-differs' },
      differing: { rows: 3, epoch: 1 },
    });
  });

  it('R139 names the right that is missing where rows may not be written as replication writes, and sends them once it is there', async () => {
    const made = await makeDatabases(servers, DDL);
    for (const side of ['source', 'target'] as const) {
      const { password } = servers[side];
      await made.query(
        side,
        `CREATE ROLE mender LOGIN PASSWORD '${password}'; GRANT SELECT, INSERT, DELETE ON staff TO mender; ${ROWS}`,
      );
    }
    await made.query('target', WRONG);
    const target = servers.target.url(made.name, 'mender');
    databases = { ...made, context: { ...made.context, target } };
    cutover = await VerifyingCutover.start(databases, 'offline');
    expect(await cutover.run('verify-items')).toMatchObject({ code: 'data-differs', differing: { rows: 3 } });
    await cutover.command('resend');
    expect(await cutover.run('verify-items')).toMatchObject({
      ...{ kind: 'failed', code: 'rows-not-sent' },
      reason: expect.stringContaining('permission denied to set parameter "session_replication_role"'),
      facts: { resentRows: 0, deletedRows: 0, leftRows: 3 },
    });
    expect(await stateOf('verify-items')).toMatchObject({ resend: null, differing: { rows: 3 } });

    await made.query('target', 'GRANT SET ON PARAMETER session_replication_role TO mender');
    await cutover.command('resend');
    expect(await cutover.run('verify-items')).toMatchObject({ kind: 'done' });
    await levelled();
  });

  it('refuses the order where no rows differ', async () => {
    databases = await makeDatabases(servers, DDL);
    await databases.query('target', 'CREATE INDEX extra ON staff (name)');
    cutover = await VerifyingCutover.start(databases, 'offline');
    expect(await cutover.command('resend')).toEqual({ kind: 'refused', reason: 'no stage has failed' });
    expect(await cutover.run('verify-items')).toMatchObject({ code: 'data-differs', differing: null });
    expect(await cutover.command('resend')).toEqual({
      kind: 'refused',
      reason: 'stage verify-items has found no rows that could be sent anew',
    });
  });
});
