import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { directionOf, servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { unfence } from '../../../shared/movers/postgres/replication/unfence';
import { startPair, type ServerPair } from '../../support/postgres/database-pair';
import { dieAt } from '../../support/postgres/dying-worker';
import { killInCopy, loseNothing, SEALED, STOPPED } from '../../support/postgres/killed-server';
import { audit, startWriters } from '../../support/postgres/ledger-writers';
import { armedLedger, makeLedger, replicate, sameOnBoth } from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
/** Every statement of a switch, before and after; by default some of them, others in each direction. */
const STRIDE = process.env['CAUSEWAY_EVERY_POINT'] === undefined ? 9 : 1;
const WRITE = 'INSERT INTO ledger (writer, entry) VALUES (7, 7)';
const noRoute = () => Promise.resolve();
const first = { epoch: 1, openRoute: noRoute };

here('R110-R112 whoever dies in a move, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    // What a killed server has written the system has: without fsync it loses as much, and is back without syncing its whole folder.
    pair = await startPair(15, 18, { fsync: 'off' });
  });
  afterAll(() => pair?.stop());

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

  it('the target, killed in the copy, goes on where it was called again', () => killInCopy(pair, 'target'));

  it.each(['source', 'target'] as const)(
    'the %s, killed with the worker before the seal, loses no write',
    (side) => loseNothing(pair, side, STOPPED),
  );
});
