import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { PreflightCode } from '../../../shared/contracts/postgres';
import { pgDumpClients } from '../../../shared/movers/postgres/schema/pg-dump-client';
import { MAJORS, PreflightWorld, run } from './preflight-world';

const missing = MAJORS.filter((major) => binariesOf(major) === null);
const title = 'what a preflight finds';
const suite = missing.length === 0 ? describe : describe.skip;

suite(missing.length === 0 ? title : `${title} (left out: no binaries of ${missing.join(', ')})`, () => {
  let world: PreflightWorld;
  beforeAll(async () => {
    world = await PreflightWorld.start();
  });
  afterAll(() => world?.stop());

  it('R107 everything in a database that matters to an online move, by name', async () => {
    const session = await world.hold(world.old.url('everything'), 'CREATE TEMPORARY TABLE basket (a int)');
    await session.query('BEGIN; SELECT pg_sleep(0.1)');
    await run(
      world.old.url('everything'),
      "BEGIN; CREATE TABLE prepared (a int); PREPARE TRANSACTION 'left standing'",
    );
    const { report, told } = await world.find({
      ...{
        source: world.old.url('everything'),
        target: world.young.url('everything'),
        limits: { longTransactionMs: 100 },
      },
    });
    await run(world.old.url('everything'), "ROLLBACK PREPARED 'left standing'");
    await world.letGo();
    expect(report).toMatchObject({
      ...{ direction: 'forward', method: 'online', checkedAt: '2026-11-21T12:00:00.000Z' },
      versions: { source: expect.stringMatching(/^15\./), target: expect.stringMatching(/^18\./) },
    });
    expect(told).toEqual(
      expect.arrayContaining([
        'block table-without-key source: shop.keyless',
        'block table-without-key source: shop.late_key',
        'warn replica-identity-full source: shop.no_key',
        'block large-object source: large objects',
        'block unlogged-table source: shop.scratch',
        expect.stringMatching(/^warn temporary-table source: basket of pg_temp_\d+$/),
        'warn foreign-table source: shop.far',
        'note partitioned-table source: shop.event',
        'note generated-column source: shop.customer.gross',
        'note identity-column source: shop.every_type.id',
        'note sequence source: shop.numbers',
        'note view source: shop.rich',
        'note materialised-view source: shop.summary',
        'block trigger-on-apply source: everywhere on shop.customer',
        'warn event-trigger source: watching',
        'warn rule source: no_delete on shop.no_key',
        'warn invalid-index source: shop.broken',
        'warn large-value source: shop.film',
        'block prepared-transaction source: left standing',
        'warn other-subscription source: from_elsewhere',
        'warn left-over source: publication causeway_0123456789_fwd',
        'block extension-missing target: adminpack',
        'warn extension-version target: citext',
        'block collation-missing target: of_this_server_only',
        'warn database-setting target: work_mem=64MB',
        'warn password-encryption target: password_encryption',
        'warn role-missing target: reader',
        'warn role-missing target: App Röle',
        'warn wal-disk source: disk',
        'warn reach target: network',
      ]),
    );
    expect(told.filter((line) => line.includes('long-transaction'))).toHaveLength(1);
    expect(told.filter((line) => line.includes('table-without-key'))).toHaveLength(2);
    expect(told.filter((line) => / version |right-missing|wal-level|target-not-empty/.test(line))).toEqual(
      [],
    );
  });

  it('lets large objects, unlogged tables and tables without a key move offline', async () => {
    const { told } = await world.find(
      { source: world.old.url('everything'), target: world.young.url('everything') },
      'forward',
      'offline',
    );
    expect(told).toContain('note large-object source: large objects');
    expect(told).toContain('note unlogged-table source: shop.scratch');
    expect(told.filter((line) => /table-without-key|trigger-on-apply|wal-|reach/.test(line))).toEqual([]);
  });

  it('R92 each missing right by its name, on both sides', async () => {
    const { told } = await world.find({
      ...{ source: world.old.url('everything', 'mover'), target: world.young.url('everything', 'mover') },
      ...{ applicationRoles: ['App Röle'], limits: { terminateBlockers: true } },
    });
    const rights = [
      'CREATE on database',
      'REPLICATION',
      'CREATE SUBSCRIPTION',
      'pg_replication_origin_advance',
    ];
    for (const side of ['source', 'target'])
      for (const right of rights) expect(told).toContain(`block right-missing ${side}: ${right}`);
    expect(told).toContain('warn right-missing source: pg_signal_backend');
    expect(told).toContain('block right-missing source: SET ROLE: "App Röle"');
    expect(told).toContain('block right-missing source: SELECT: shop.customer');
    expect(told).toContain('block right-missing source: ownership: shop.customer');
    expect(told).toContain('block right-missing source: TRUNCATE: shop.customer');
    expect(told).toContain('block role-missing target: reader');
    expect(told).toContain('block row-security source: shop.thing');
    expect(told).toContain('warn ddl-guard source: event triggers');
  });

  it('R92 no missing right where each of them is granted to somebody who is no superuser', async () => {
    await run(world.young.url(), 'CREATE DATABASE granted OWNER mover');
    await run(world.young.url(), 'CREATE DATABASE granted_too OWNER mover');
    await run(world.young.url(), 'ALTER ROLE mover REPLICATION; GRANT pg_create_subscription TO mover');
    for (const name of ['granted', 'granted_too'])
      await run(
        world.young.url(name),
        'GRANT EXECUTE ON FUNCTION pg_replication_origin_advance(text, pg_lsn) TO mover; SET ROLE mover; CREATE SCHEMA mine; CREATE TABLE mine.t (id int PRIMARY KEY)',
      );
    const { told } = await world.find(
      { source: world.young.url('granted', 'mover'), target: world.young.url('granted_too', 'mover') },
      'back',
    );
    expect(told).toEqual([
      'warn ddl-guard target: event triggers',
      'warn reach source: network',
      'warn wal-disk target: disk',
    ]);
  });

  it('R107 what a server lacks to be followed, or to follow', async () => {
    const { told } = await world.find({ source: world.poor.url(), target: world.poor.url('template1') });
    expect(told).toEqual([
      'block read-only target: default_transaction_read_only',
      'block replication-slots source: max_replication_slots',
      'block replication-slots target: max_replication_slots',
      'block replication-workers source: max_logical_replication_workers',
      'block replication-workers target: max_logical_replication_workers',
      'block slot-wal-limit source: max_slot_wal_keep_size',
      'block wal-level source: wal_level',
      'block wal-level target: wal_level',
      'block wal-senders source: max_wal_senders',
      'block wal-senders target: max_wal_senders',
      'warn reach target: network',
      'warn read-only source: default_transaction_read_only',
      'warn replication-workers target: max_sync_workers_per_subscription',
      'warn wal-disk source: disk',
    ]);
  });

  it('a target that is older, not empty, or keeps text in another way', async () => {
    await run(
      world.young.url(),
      "CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
    );
    await run(
      world.young.url('plain'),
      'CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)',
    );
    await run(world.old.url(), "CREATE DATABASE plain TEMPLATE template0 ENCODING 'SQL_ASCII'");
    await run(world.old.url('plain'), 'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)');
    const older = await world.find({
      source: world.young.url('plain'),
      target: world.old.url('plain'),
      ddl: { kind: 'pg_dump' },
    });
    expect(older.told).toEqual(
      expect.arrayContaining([
        `block version target: ${older.report.versions.target}`,
        'block target-not-empty target: public.t',
        'block encoding target: encoding',
        'warn locale target: locale provider',
      ]),
    );
    const dumps = (await pgDumpClients()).some(({ major }) => major >= 18);
    expect(older.told.includes('block pg-dump target: pg_dump')).toBe(!dumps);
    if (dumps) world.seen.add('pg-dump');

    const there = await world.find({
      source: world.young.url('plain'),
      target: world.old.url('plain'),
      ddl: { kind: 'present' },
    });
    expect(there.told).toEqual(
      expect.arrayContaining([
        'block target-not-empty target: public.t',
        'block schema-differs target: table "public"."u"',
      ]),
    );
    expect(there.told.filter((line) => line.includes('pg_dump'))).toEqual([]);
  });

  it('of many tables without a key, twenty lines', async () => {
    await run(world.young.url(), 'CREATE DATABASE wide');
    await run(
      world.young.url('wide'),
      `DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; END $$`,
    );
    const { report, told } = await world.find({ source: world.young.url('wide'), target: world.young.url() });
    expect(report.tables).toBe(200);
    const lines = told.filter((line) => line.includes('table-without-key'));
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toBe('block table-without-key source: and 181 more');
  });

  it('has been provoked, each by its code, but for standbys and unknown versions', () => {
    expect(PreflightCode.options.filter((code) => !world.seen.has(code))).toEqual(['standby']);
  });
});
