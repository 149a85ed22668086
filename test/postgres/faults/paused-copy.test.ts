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
import { unfence } from '../../../shared/movers/postgres/replication/unfence';
import { catalogueOf } from '../../support/postgres/catalogue';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { dieAt } from '../../support/postgres/dying-worker';
import { SEALED } from '../../support/postgres/killed-server';
import { audit, startWriters } from '../../support/postgres/ledger-writers';
import { makeLedger, replicate, sameOnBoth, switchTo, until } from '../../support/postgres/replicated-ledger';

const PAIRS = [
  [15, 18],
  [16, 18],
] as const;
const LARGE = ['large1', 'large2'];
const first = { epoch: 1, openRoute: () => Promise.resolve() };

describe.each(PAIRS)(
  'R107 R123 replication that is paused or cancelled, PostgreSQL %i to %i',
  (source, target) => {
    const run = binariesOf(source) && binariesOf(target) ? it : it.skip;
    let pair: ServerPair;
    beforeAll(async () => {
      if (binariesOf(source) && binariesOf(target)) pair = await startPair(source, target, { fsync: 'off' });
    });
    afterAll(() => pair?.stop());

    /** Two tables too large to be copied at the same time under its limit. */
    const withLarge = async (): Promise<DatabasePair> => {
      const databases = await makeLedger(pair, { limits: { copyWorkers: 1 } });
      for (const table of LARGE) {
        for (const side of ['source', 'target'] as const)
          await databases.query(side, `CREATE TABLE ${table} (id int PRIMARY KEY, v text NOT NULL)`);
        await databases.query(
          'source',
          `INSERT INTO ${table} SELECT g, repeat('x', 200) FROM generate_series(1, 60000) g`,
        );
      }
      return databases;
    };

    const start = async ({ context }: DatabasePair) => {
      const started = await startReplication(context);
      if (started.kind !== 'started') throw new Error(started.reason);
      return started.status;
    };

    const both = async (databases: DatabasePair) => [
      await catalogueOf(databases, 'source'),
      await catalogueOf(databases, 'target'),
    ];

    run(
      'begins no other table while it is paused, however often it is called, and goes on where it was',
      async () => {
        const databases = await withLarge();
        const writers = startWriters(2, () => databases.url('source'), 5);
        await start(databases);
        await pauseReplication(databases.context);
        // The copy that is under way is the server's, and ends; no other begins.
        await until(
          async () => (await databases.query('target', 'SELECT FROM pg_stat_progress_copy')).length === 0,
        );
        for (let call = 0; call < 3; call += 1) {
          const status = await start(databases);
          expect(status).toMatchObject({ phase: 'copying', paused: true });
          const waiting = status.tables.filter(
            ({ name, state }) => LARGE.includes(name) && state === 'waiting',
          );
          expect(waiting.length).toBeGreaterThan(0);
        }
        await resumeReplication(databases.context);
        await replicate(databases);
        await pauseReplication(databases.context);
        const { tablesReady } = await replicationStatus(databases.context);
        expect(tablesReady).toBe(4);
        await resumeReplication(databases.context);
        const ledger = await writers.stop();
        await sameOnBoth(databases);
        expect(await audit(databases.url('target'), ledger)).toMatchObject({
          lost: 0,
          doubled: 0,
          balanced: true,
        });
        await stopReplication(databases.context);
      },
    );

    run.each([
      ['while tables wait for others', (databases: DatabasePair) => start(databases)],
      [
        'paused in the copy',
        async (databases: DatabasePair) => (await start(databases), pauseReplication(databases.context)),
      ],
      [
        'paused while armed',
        async (databases: DatabasePair) => {
          await replicate(databases);
          await armSwitch(databases.context, 'forward');
          await pauseReplication(databases.context);
        },
      ],
      [
        'sealed, and taken back',
        async (databases: DatabasePair) => {
          await replicate(databases);
          await armSwitch(databases.context, 'forward');
          await dieAt(SEALED, () => switchOver(databases.context, 'forward', first));
          expect(await stopReplication(databases.context)).toMatchObject({ kind: 'refused' });
          expect(await unfence(databases.context, 'forward')).toEqual({ kind: 'done' });
        },
      ],
      [
        'paused after a cutover',
        async (databases: DatabasePair) => {
          await replicate(databases);
          await switchTo(databases, 1);
          await pauseReplication(databases.context);
        },
      ],
      [
        'armed for the way back',
        async (databases: DatabasePair) => {
          await replicate(databases);
          await switchTo(databases, 1);
          await armSwitch(databases.context, 'back');
        },
      ],
    ] as const)('leaves nothing where it is cancelled %s', async (_, go) => {
      const databases = await withLarge();
      const before = await both(databases);
      await go(databases);
      expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
      expect(await both(databases)).toEqual(before);
    });
  },
);
