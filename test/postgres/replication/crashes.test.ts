import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { migrationStates } from '../../../shared/movers/postgres/replication/migration-states';
import { directionOf, servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { unfence } from '../../../shared/movers/postgres/replication/unfence';
import {
  killServer,
  startPair,
  type DatabasePair,
  type ServerPair,
} from '../../support/postgres/database-pair';
import { dieAt, type DyingPoint } from '../../support/postgres/dying-worker';
import { audit, checksum, startWriters } from '../../support/postgres/ledger-writers';
import {
  armedLedger,
  makeLedger,
  replicate,
  switchTo,
  until,
} from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
/** Every statement of a switch, before and after; by default some of them, others in each direction. */
const STRIDE = process.env['CAUSEWAY_EVERY_POINT'] === undefined ? 9 : 1;
const WRITE = 'INSERT INTO ledger (writer, entry) VALUES (7, 7)';
const noRoute = () => Promise.resolve();
const first = { epoch: 1, openRoute: noRoute };
const SEALED: DyingPoint = { at: (sql) => sql === 'COMMIT', when: 'after' };
const STOPPED: DyingPoint = { at: (sql) => sql.includes('SHARE ROW EXCLUSIVE'), when: 'after' };

here('R110-R112 whoever dies in a move, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    // What a killed server has written the system has: without fsync it loses as much, and is back without syncing its whole folder.
    pair = await startPair(15, 18, { fsync: 'off' });
  });
  afterAll(() => pair?.stop());

  const sameOnBoth = async (databases: DatabasePair, serving: 'source' | 'target') => {
    const sum = await checksum(databases.url(serving));
    const other = serving === 'source' ? 'target' : 'source';
    await until(async () => (await checksum(databases.url(other))) === sum);
  };

  it('a worker that dies at any statement of a switch loses nothing: the next call goes on', async () => {
    const databases = await makeLedger(pair);
    await replicate(databases);
    let serving: 'source' | 'target' = 'source';
    const writers = startWriters(2, () => databases.url(serving), 10);
    let epoch = 0;
    for (let index = 1, died = true; died; index += STRIDE) {
      epoch += 1;
      const direction = directionOf(epoch - 1);
      const reached = epoch;
      const openRoute = async () => {
        serving = servingSide(reached);
      };
      expect(await armSwitch(databases.context, direction)).toEqual({ kind: 'done' });
      const call = () => switchOver(databases.context, direction, { epoch: reached, openRoute });
      const when = epoch % 4 < 2 ? 'before' : 'after';
      ({ died } = await dieAt({ at: (_, statement) => statement === index, when }, call));
      expect(await call()).toMatchObject({ kind: 'switched', epoch });
    }
    expect(epoch).toBeGreaterThan(5);
    const ledger = await writers.stop();
    const found = await audit(databases.url(serving), ledger);
    expect(found).toMatchObject({ lost: 0, doubled: 0, strange: 0, balanced: true });
    await sameOnBoth(databases, serving);
    await stopReplication(databases.context);
  });

  it('before the seal the death of the worker lets writers go on at once', async () => {
    const databases = await armedLedger(pair);
    const { died } = await dieAt(STOPPED, () => switchOver(databases.context, 'forward', first));
    expect(died).toBe(true);
    await databases.query('source', WRITE);
    await expect(databases.query('target', WRITE)).rejects.toMatchObject({ code: '25006' });
    await stopReplication(databases.context);
  });

  it('after the seal nobody writes anywhere, until it is gone on with, or taken back', async () => {
    const databases = await armedLedger(pair);
    expect((await dieAt(SEALED, () => switchOver(databases.context, 'forward', first))).died).toBe(true);
    for (const side of ['source', 'target'] as const)
      await expect(databases.query(side, WRITE)).rejects.toMatchObject({ code: '25006' });
    expect(await stopReplication(databases.context)).toMatchObject({ kind: 'refused', code: 'wrong-phase' });
    expect(await unfence(databases.context, 'forward')).toEqual({ kind: 'done' });
    await databases.query('source', WRITE);
    expect(await switchOver(databases.context, 'forward', first)).toMatchObject({ kind: 'switched' });
    expect(await unfence(databases.context, 'forward')).toMatchObject({ kind: 'refused' });
    await databases.query('target', WRITE);
    await sameOnBoth(databases, 'target');
    await stopReplication(databases.context);
  });

  it.each(['source', 'target'] as const)('the %s, killed in the copy, goes on by itself', async (side) => {
    const databases = await makeLedger(pair);
    const rows = 'SELECT 1, g FROM generate_series(1, 100000) AS g';
    await databases.query('source', `INSERT INTO ledger (writer, entry) ${rows}`);
    expect((await startReplication(databases.context)).kind).toBe('started');
    await killServer(pair[side]);
    await pair.restart(side);
    await replicate(databases);
    await sameOnBoth(databases, 'source');
    await stopReplication(databases.context);
  });

  it.each([
    ['source', 'after', SEALED],
    ['target', 'after', SEALED],
    ...(STRIDE > 1
      ? []
      : ([
          ['source', 'before', STOPPED],
          ['target', 'before', STOPPED],
        ] as const)),
  ] as const)('the %s, killed with the worker %s the seal, loses no write', async (side, _, point) => {
    const databases = await armedLedger(pair);
    let serving: 'source' | 'target' = 'source';
    const writers = startWriters(2, () => databases.url(serving), 5);
    await until(async () => writers.acknowledgedCount() > 20);
    const openRoute = async () => void (serving = 'target');
    const call = () => switchOver(databases.context, 'forward', { epoch: 1, openRoute });
    expect((await dieAt(point, call)).died).toBe(true);
    await killServer(pair[side]);
    await pair.restart(side);
    const outcome = await until(() => call().catch(() => null));
    expect(outcome).toMatchObject({ kind: 'switched' });
    const now = writers.acknowledgedCount();
    await until(async () => writers.acknowledgedCount() > now + 20);
    const ledger = await writers.stop();
    const found = await audit(databases.url('target'), ledger);
    expect(found).toMatchObject({ lost: 0, doubled: 0, strange: 0, balanced: true });
    await sameOnBoth(databases, 'target');
    expect((await switchTo(databases, 2)).kind).toBe('switched');
    expect(await migrationStates(databases.context)).toMatchObject({
      source: { epoch: 2 },
      target: { epoch: 2 },
    });
    await stopReplication(databases.context);
  });
});
