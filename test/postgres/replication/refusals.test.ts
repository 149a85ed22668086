import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { blockersOf } from '../../../shared/movers/postgres/replication/blockers';
import { migrationStates } from '../../../shared/movers/postgres/replication/migration-states';
import { EXCLUSIVE, namesOf } from '../../../shared/movers/postgres/replication/names';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import {
  makeDatabases,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { startWriters } from '../../support/postgres/ledger-writers';
import {
  armedLedger,
  makeLedger,
  replicate,
  switchTo,
  until,
} from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(17) ? describe : describe.skip;
const WRITE = 'INSERT INTO ledger (writer, entry) VALUES (7, 7)';
const noRoute = () => Promise.resolve();

here('R110 what keeps a switch from happening, on PostgreSQL 15 and 17', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(15, 17, { max_prepared_transactions: 1 });
  });
  afterAll(() => pair?.stop());

  const inTransaction = async (databases: DatabasePair, sql: string): Promise<Client> => {
    const client = new Client({ connectionString: databases.url('source') });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`SET application_name = 'night batch'; BEGIN; ${sql}`);
    return client;
  };

  it('gives a lock up in time, tries again with a pause, says who was in the way, and lets writers go on', async () => {
    const limits = { lockTimeoutMs: 150, lockAttempts: 2, longTransactionMs: 60_000 };
    const databases = await armedLedger(pair, { limits });
    const batch = await inTransaction(databases, WRITE);
    const outcome = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    expect(outcome).toMatchObject({
      ...{ kind: 'refused', code: 'blocked', reason: expect.stringContaining('night batch') },
      attempts: [{ heldMs: expect.any(Number) }, { blockers: [expect.stringContaining('night batch')] }],
    });
    await databases.query('source', WRITE);
    await batch.query('COMMIT');
    await batch.end();
    const again = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    expect(again).toMatchObject({ kind: 'switched', attempts: [] });
    await expect(databases.query('source', WRITE)).rejects.toMatchObject({ code: '25006' });
    await stopReplication(databases.context);
  });

  it('holds no writer at all for a transaction that is older than the limit', async () => {
    const databases = await armedLedger(pair, { limits: { longTransactionMs: 100, lockAttempts: 1 } });
    const batch = await inTransaction(databases, WRITE);
    await batch.query('SELECT pg_sleep(0.15)');
    const outcome = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    expect(outcome).toMatchObject({ kind: 'refused', code: 'blocked', attempts: [{ heldMs: 0 }] });
    await batch.end();
    await stopReplication(databases.context);
  });

  it('takes no short transaction for an old one, however many end while it looks, and waits for one that is prepared', async () => {
    const databases = await armedLedger(pair);
    const { migrationId } = databases.context;
    const writers = startWriters(4, () => databases.url('source'));
    const looking = new Client({ connectionString: databases.url('source') });
    await looking.connect();
    await until(async () => writers.acknowledgedCount() > 20);
    const old = [];
    for (let look = 0; look < 200; look += 1) old.push(...(await blockersOf(looking, migrationId, 60_000)));
    await writers.stop();
    expect(old).toEqual([]);
    await databases.query('source', `BEGIN; ${WRITE}; PREPARE TRANSACTION 'held'`);
    const held = await blockersOf(looking, migrationId, 60_000);
    expect(held.map(({ who }) => who)).toEqual(['a prepared transaction, prepared']);
    await databases.query('source', "ROLLBACK PREPARED 'held'");
    await looking.end();
    await stopReplication(databases.context);
  });

  it('ends who is in the way with the last attempt, where that is allowed', async () => {
    const limits = { lockTimeoutMs: 400, lockAttempts: 1, longTransactionMs: 100, terminateBlockers: true };
    const databases = await armedLedger(pair, { limits });
    const batch = await inTransaction(databases, WRITE);
    const outcome = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    expect(outcome).toMatchObject({ kind: 'switched' });
    await expect(batch.query('COMMIT')).rejects.toThrow();
    await stopReplication(databases.context);
  });

  it('does the work of two calls at the same time once, and refuses the one that waits too long', async () => {
    const databases = await armedLedger(pair);
    let routed = 0;
    const openRoute = async () => void (routed += 1);
    const call = () => switchOver(databases.context, 'forward', { epoch: 1, openRoute });
    const both = await Promise.all([call(), call()]);
    expect(both.map(({ kind }) => kind)).toContain('switched');
    expect(routed).toBe(1);
    const { lockKey } = namesOf(databases.context.migrationId);
    const other = await inTransaction(databases, `SELECT pg_advisory_lock(${lockKey}, ${EXCLUSIVE})`);
    expect(await call()).toMatchObject({ kind: 'refused', code: 'busy' });
    await other.end();
    expect(await call()).toEqual(both.find(({ kind }) => kind === 'switched'));
    expect(await migrationStates(databases.context)).toMatchObject({
      source: { epoch: 1, phase: 'replicating' },
      target: { epoch: 1, phase: 'replicating' },
    });
    await stopReplication(databases.context);
  });

  it('changes nothing for a call that comes late, for another epoch, or before it is armed', async () => {
    const databases = await armedLedger(pair);
    expect((await switchTo(databases, 1)).kind).toBe('switched');
    expect((await switchTo(databases, 2)).kind).toBe('switched');
    for (const [direction, epoch] of [
      ['forward', 1],
      ['forward', 3],
      ['back', 4],
      ['back', 3],
    ] as const) {
      const outcome = await switchOver(databases.context, direction, { epoch, openRoute: noRoute });
      expect(outcome).toMatchObject({ kind: 'refused', code: 'wrong-phase' });
    }
    await databases.query('source', WRITE);
    await stopReplication(databases.context);
  });

  it('finds a fence that a role gets past, takes it away and leaves the source serving', async () => {
    const role = '"clerk of ""ledgers"""';
    const databases = await makeLedger(pair, { roles: ['clerk of "ledgers"'] });
    await replicate(databases);
    const noRole = await armSwitch(databases.context, 'forward');
    expect(noRole).toMatchObject({
      kind: 'refused',
      code: 'setup',
      reason: expect.stringContaining('clerk'),
    });
    await databases.query('source', `CREATE ROLE ${role}; GRANT INSERT ON ledger TO ${role}`);
    expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
    // Somebody's migration tool replaced the function that refuses.
    await databases.query(
      'source',
      `CREATE OR REPLACE FUNCTION causeway.refuse_write() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF current_user LIKE 'clerk%' THEN RETURN NULL; END IF; RAISE SQLSTATE '25006'; END $$`,
    );
    const outcome = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    expect(outcome).toMatchObject({
      kind: 'refused',
      code: 'fence-ineffective',
      reason: expect.stringContaining('clerk'),
    });
    await databases.query('source', WRITE);
    await expect(databases.query('target', WRITE)).rejects.toMatchObject({ code: '25006' });
    expect(await databases.query('source', 'SELECT FROM ledger')).toHaveLength(1);
    await stopReplication(databases.context);
  });

  it('finds a table whose fence is missing, and a role that is set past it', async () => {
    const databases = await armedLedger(pair);
    await databases.query('source', 'ALTER ROLE postgres SET session_replication_role = replica');
    const past = await switchOver(databases.context, 'forward', { epoch: 1, openRoute: noRoute });
    await databases.query(
      'source',
      'SET session_replication_role = origin; ALTER ROLE postgres RESET session_replication_role',
    );
    expect(past).toMatchObject({
      kind: 'refused',
      code: 'fence-ineffective',
      reason: expect.stringContaining('session_replication_role'),
    });
    await stopReplication(databases.context);
  });

  it('does not begin where the schema is no longer the one that was compared, or a command waits', async () => {
    const databases = await armedLedger(pair);
    const changed = { epoch: 1, openRoute: noRoute, schemaChanged: async () => 'ledger has a new column' };
    expect(await switchOver(databases.context, 'forward', changed)).toMatchObject({
      kind: 'refused',
      code: 'schema-changed',
    });
    const claim = { ...databases.context.claim, interrupted: () => Promise.resolve(true) };
    const waiting = switchOver({ ...databases.context, claim }, 'forward', { epoch: 1, openRoute: noRoute });
    expect(await waiting).toEqual({ kind: 'interrupted' });
    await stopReplication(databases.context);
  });

  it('refuses tables without a key until whole rows are allowed, and puts their identity back', async () => {
    const databases = await makeDatabases(pair, 'CREATE TABLE notes (note text)');
    await databases.query('source', "INSERT INTO notes VALUES ('a'), ('a')");
    const refused = await startReplication(databases.context);
    expect(refused).toMatchObject({
      kind: 'refused',
      code: 'no-key',
      reason: expect.stringContaining('notes'),
    });
    const whole = { wholeRowTables: ['public.notes'] };
    await until(async () => {
      const started = await startReplication(databases.context, whole);
      return started.kind === 'started' && started.status.phase === 'replicating';
    });
    await databases.query('source', "UPDATE notes SET note = 'b' WHERE ctid = '(0,1)'");
    await until(
      async () => (await databases.query('target', "SELECT FROM notes WHERE note = 'b'")).length === 1,
    );
    await stopReplication(databases.context);
    const [identity] = await databases.query<{ relreplident: string }>(
      'source',
      "SELECT relreplident FROM pg_class WHERE relname = 'notes'",
    );
    expect(identity).toEqual({ relreplident: 'd' });
  });

  it('names what the target lacks, and never tells a password', async () => {
    const databases = await makeDatabases(pair, 'CREATE TABLE a (id int PRIMARY KEY)');
    await databases.query('target', 'DROP TABLE a');
    expect(await startReplication(databases.context)).toMatchObject({
      code: 'setup',
      reason: expect.stringContaining('"a"'),
    });
    await databases.query('target', 'CREATE TABLE a (id int PRIMARY KEY)');
    const secret = 'hunter2-secret';
    const between = {
      source: `host=127.0.0.1 port=${pair.source.port} dbname=nothing user=postgres password=${secret}`,
      target: '',
    };
    const error = await startReplication({ ...databases.context, between }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    await stopReplication(databases.context);
  });

  it('waits for replication before it arms', async () => {
    const databases = await makeDatabases(pair, 'CREATE TABLE a (id int PRIMARY KEY)');
    expect(await armSwitch(databases.context, 'forward')).toMatchObject({
      kind: 'refused',
      code: 'wrong-phase',
    });
    await replicate(databases);
    expect(await armSwitch(databases.context, 'back')).toMatchObject({
      kind: 'refused',
      code: 'wrong-phase',
    });
    expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
    expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
    await stopReplication(databases.context);
  });
});
