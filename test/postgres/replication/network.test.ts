import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import {
  pauseReplication,
  resumeReplication,
} from '../../../shared/movers/postgres/replication/pause-replication';
import { replicationStatus } from '../../../shared/movers/postgres/replication/replication-status';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { watchSlots } from '../../../shared/movers/postgres/replication/watch-slots';
import { catalogueOf } from '../../support/postgres/catalogue';
import { dieAt } from '../../support/postgres/dying-worker';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { overProxies, startProxies, type Proxies } from '../../support/postgres/far-databases';
import {
  armedLedger,
  makeLedger,
  replicate,
  sameOnBoth,
  until,
} from '../../support/postgres/replicated-ledger';

const here = binariesOf(16) && binariesOf(18) ? describe : describe.skip;
const WRITE = 'INSERT INTO ledger (writer, entry) VALUES (7, 7)';
const first = { epoch: 1, openRoute: () => Promise.resolve() };

here('R109 R131 replication over a network that is slow, cut or silent, PostgreSQL 16 to 18', () => {
  let pair: ServerPair;
  let proxies: Proxies;
  beforeAll(async () => {
    pair = await startPair(16, 18, { wal_receiver_timeout: 3_000, wal_sender_timeout: 3_000 });
    proxies = await startProxies(pair);
  });
  afterAll(async () => {
    await proxies?.close();
    await pair?.stop();
  });

  const far = (databases: DatabasePair): DatabasePair => overProxies(databases, proxies);

  it('goes on by itself after the network was cut, tells how far behind it is, and does not begin a window then', async () => {
    const databases = far(await makeLedger(pair, { limits: { lagLimitMs: 300, lockAttempts: 1 } }));
    await replicate(databases);
    expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
    const near = { ...databases.context, source: databases.url('source') };
    proxies.source.cut();
    await databases.query('source', WRITE);
    const behind = await until(async () => {
      const status = await replicationStatus(near);
      return (status.lagMs ?? 0) > 1_000 && status;
    });
    expect(behind.slot).toMatchObject({ verdict: 'ok' });
    const begun = await switchOver(near, 'forward', first);
    expect(begun).toMatchObject({ kind: 'refused', code: 'lag', attempts: [{ heldMs: 0 }] });
    await expect(replicationStatus(databases.context)).rejects.toThrow();
    proxies.source.restore();
    await sameOnBoth(databases);
    await stopReplication(databases.context);
  });

  it('lets writers go on where the worker falls silent before the seal, and passes a window over 20 ms of round trip', async () => {
    const databases = far(await armedLedger(pair));
    const beforeSeal = (sql: string) => {
      if (sql.includes('prove_fence($1, $2, true)')) proxies.source.swallow();
      return false;
    };
    const silent = dieAt({ at: beforeSeal, when: 'before' }, () =>
      switchOver(databases.context, 'forward', first),
    );
    const outcome = silent.catch((error: unknown) => error);
    await until(
      async () =>
        (await databases.query('source', "SELECT FROM pg_locks WHERE mode = 'ShareRowExclusiveLock'"))
          .length > 0,
    );
    await databases.query('source', WRITE);
    proxies.source.restore();
    expect(await outcome).toBeInstanceOf(Error);
    proxies.source.delay(10);
    proxies.target.delay(10);
    const slow = await switchOver(databases.context, 'forward', first);
    expect(slow).toMatchObject({ kind: 'switched', epoch: 1 });
    proxies.source.delay(0);
    proxies.target.delay(0);
    await databases.query('target', WRITE);
    await sameOnBoth(databases, 'target');
    await stopReplication(databases.context);
  });

  it('copies what fits into the limits, stays where it is paused and goes on, one transaction of many rows included', async () => {
    const databases = await makeLedger(pair, { limits: { copyWorkers: 1 } });
    await databases.query(
      'source',
      'CREATE TABLE big1 (id int PRIMARY KEY, v text); CREATE TABLE big2 (id int PRIMARY KEY, v text)',
    );
    await databases.query(
      'target',
      'CREATE TABLE big1 (id int PRIMARY KEY, v text); CREATE TABLE big2 (id int PRIMARY KEY, v text)',
    );
    for (const table of ['big1', 'big2'])
      await databases.query(
        'source',
        `INSERT INTO ${table} SELECT g, repeat('x', 200) FROM generate_series(1, 50000) g`,
      );
    const copying = new Set<string>();
    await until(async () => {
      const started = await startReplication(databases.context);
      if (started.kind !== 'started') throw new Error(started.reason);
      const large = started.status.tables.filter(({ name }) => name.startsWith('big'));
      copying.add(
        large
          .filter(({ state }) => state === 'copying' || state === 'catching-up')
          .map(({ name }) => name)
          .join(),
      );
      return started.status.phase === 'replicating';
    });
    expect([...copying]).not.toContain('big1,big2');
    await pauseReplication(databases.context);
    await databases.query(
      'source',
      'INSERT INTO ledger (writer, entry) SELECT 1, g FROM generate_series(1, 50000) g',
    );
    expect(await replicationStatus(databases.context)).toMatchObject({ paused: true, tablesReady: 4 });
    expect(await databases.query('target', 'SELECT FROM ledger LIMIT 1')).toHaveLength(0);
    await resumeReplication(databases.context);
    await sameOnBoth(databases);
    expect(await replicationStatus(databases.context)).toMatchObject({ paused: false });
    await stopReplication(databases.context);
  });

  it('alarms and gives up by the log that the source keeps, and leaves nothing there although the target is gone', async () => {
    const limits = { walAlarmBytes: 200_000, walAbortBytes: 2_000_000 };
    const databases = far(await makeLedger(pair, { limits }));
    const before = [await catalogueOf(databases, 'source'), await catalogueOf(databases, 'target')];
    await replicate(databases);
    expect(await watchSlots(databases.context)).toMatchObject([{ side: 'source', verdict: 'ok' }]);
    await pauseReplication(databases.context);
    const write = (rows: number) =>
      databases.query(
        'source',
        `INSERT INTO ledger (writer, entry) SELECT 1, g FROM generate_series(1, ${rows}) g`,
      );
    await write(3_000);
    expect(await watchSlots(databases.context)).toMatchObject([{ verdict: 'alarm' }]);
    await write(20_000);
    expect(await watchSlots(databases.context)).toMatchObject([{ verdict: 'abort' }]);
    proxies.target.cut();
    expect(await stopReplication(databases.context)).toEqual({ kind: 'partly', unreachable: ['target'] });
    expect(await catalogueOf(databases, 'source')).toEqual(before[0]);
    proxies.target.restore();
    expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
    expect(await catalogueOf(databases, 'target')).toEqual(before[1]);
  });
});
