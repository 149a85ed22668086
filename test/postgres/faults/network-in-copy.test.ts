import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { replicationStatus } from '../../../shared/movers/postgres/replication/replication-status';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { audit, startWriters } from '../../support/postgres/ledger-writers';
import { makeLedger, replicate, sameOnBoth, until } from '../../support/postgres/replicated-ledger';
import { overProxies, startProxies, type Proxies } from '../../support/postgres/far-databases';

const here = binariesOf(16) && binariesOf(18) ? describe : describe.skip;
const ROWS = 'INSERT INTO ledger (writer, entry) SELECT 99, g FROM generate_series(1, 300000) AS g';
const SLOW_ONE_WAY_MS = 40;

here(
  'R107 R109 R131 a network that is cut, silent or slow in the copy and while a switch is armed, PostgreSQL 16 to 18',
  () => {
    let pair: ServerPair;
    let proxies: Proxies;
    beforeAll(async () => {
      pair = await startPair(16, 18, { wal_receiver_timeout: 3_000, wal_sender_timeout: 3_000 });
      proxies = await startProxies(pair);
    });
    beforeEach(() => proxies.restore());
    afterAll(async () => {
      await proxies?.close();
      await pair?.stop();
    });

    const far = async (): Promise<DatabasePair> => overProxies(await makeLedger(pair), proxies);

    /** The large table's copy is under way; by the servers' own way, whatever the network does. */
    const copying = (databases: DatabasePair) =>
      until(
        async () =>
          (await databases.query('target', 'SELECT FROM pg_stat_progress_copy WHERE tuples_processed > 0'))
            .length > 0,
      );

    it.each(['cut', 'swallow'] as const)(
      '%s in the copy: goes on once it is back, under writers',
      async (fault) => {
        const databases = await far();
        await databases.query('source', ROWS);
        // Slow enough that the copy is still under way when the fault comes.
        proxies.source.delay(SLOW_ONE_WAY_MS);
        expect((await startReplication(databases.context)).kind).toBe('started');
        await copying(databases);
        proxies.source[fault]();
        const writers = startWriters(2, () => databases.url('source'), 5);
        await until(async () => writers.acknowledgedCount() > 50);
        proxies.restore();
        await until(() => replicate(databases).catch(() => false));
        const ledger = await writers.stop();
        await sameOnBoth(databases);
        expect(await audit(databases.url('target'), ledger)).toMatchObject({ lost: 0, doubled: 0 });
        await stopReplication(databases.context);
      },
    );

    it.each(['cut', 'swallow'] as const)(
      '%s while a switch is armed: writers are not held, and it switches afterwards',
      async (fault) => {
        const databases = await far();
        await replicate(databases);
        expect(await armSwitch(databases.context, 'forward')).toEqual({ kind: 'done' });
        const writers = startWriters(2, () => databases.url('source'), 5);
        proxies.source[fault]();
        const before = writers.acknowledgedCount();
        await until(async () => writers.acknowledgedCount() > before + 50);
        proxies.restore();
        proxies.source.delay(SLOW_ONE_WAY_MS);
        await until(async () => {
          const status = await replicationStatus(databases.context).catch(() => null);
          return status !== null && (status.lagMs ?? Infinity) < databases.limits.lagLimitMs;
        });
        const ledger = await writers.stop();
        const openRoute = () => Promise.resolve();
        const outcome = await until(async () => {
          const switched = await switchOver(databases.context, 'forward', { epoch: 1, openRoute });
          return switched.kind === 'switched' && switched;
        });
        expect(outcome.windowMs).toBeGreaterThan(0);
        expect(await audit(databases.url('target'), ledger)).toMatchObject({
          lost: 0,
          doubled: 0,
          strange: 0,
        });
        await stopReplication(databases.context);
      },
    );
  },
);
