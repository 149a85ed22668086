import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { namesOf } from '../../../shared/movers/postgres/replication/names';
import { replicationStatus } from '../../../shared/movers/postgres/replication/replication-status';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { catalogueOf } from '../../support/postgres/catalogue';
import { startPair, type ServerPair } from '../../support/postgres/database-pair';
import { audit, checksum, startWriters } from '../../support/postgres/ledger-writers';
import { makeLedger, replicate, switchTo, until } from '../../support/postgres/replicated-ledger';

const PAIRS = [
  [15, 17],
  [16, 18],
] as const;

describe.each(PAIRS)('R107-R112 a database that moves from PostgreSQL %i to %i', (source, target) => {
  const run = binariesOf(source) && binariesOf(target) ? it : it.skip;
  let pair: ServerPair;
  beforeAll(async () => {
    if (binariesOf(source) && binariesOf(target)) pair = await startPair(source, target);
  });
  afterAll(() => pair?.stop());

  run(
    'goes there, back and there again under writers: nothing lost, nothing doubled, nothing left',
    async () => {
      const databases = await makeLedger(pair);
      const before = [await catalogueOf(databases, 'source'), await catalogueOf(databases, 'target')];
      let serving: 'source' | 'target' = 'source';
      const writers = startWriters(4, () => databases.url(serving), 5);
      await until(async () => writers.acknowledgedCount() > 50);
      await replicate(databases);
      const written = [];
      for (const epoch of [1, 2, 3]) {
        const outcome = await switchTo(databases, epoch, async () => {
          serving = servingSide(epoch);
        });
        expect(outcome).toMatchObject({
          kind: 'switched',
          epoch,
          cutLsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/u),
        });
        const now = writers.acknowledgedCount();
        written.push(now);
        await until(async () => writers.acknowledgedCount() > now + 50);
      }
      const ledger = await writers.stop();
      const fault = { lost: 0, doubled: 0, strange: 0, balanced: true };
      expect(await audit(databases.url('target'), ledger)).toMatchObject(fault);
      const sum = await checksum(databases.url('target'));
      await until(async () => (await checksum(databases.url('source'))) === sum);
      expect(await audit(databases.url('source'), ledger)).toMatchObject(fault);
      expect(new Set(written).size).toBe(3);
      expect(await replicationStatus(databases.context)).toMatchObject({
        direction: 'back',
        epoch: 3,
        trouble: [],
      });
      expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
      expect([await catalogueOf(databases, 'source'), await catalogueOf(databases, 'target')]).toEqual(
        before,
      );
      await databases.query('source', 'INSERT INTO ledger (writer, entry) VALUES (99, 1)');
    },
  );

  run(
    'bears a route that takes long, while clients write there already and the old side may follow',
    async () => {
      const databases = await makeLedger(pair);
      await replicate(databases);
      const followsAtOnce = Math.min(source, target) >= 16;
      for (const epoch of [1, 2]) {
        const entry = `INSERT INTO ledger (writer, entry) VALUES (50, ${epoch})`;
        const arrived = async () =>
          (
            await databases.query<{ count: number }>(
              servingSide(epoch - 1),
              'SELECT count(*)::integer AS count FROM ledger',
            )
          )[0]?.count === epoch;
        const outcome = await switchTo(databases, epoch, async () => {
          await databases.query(servingSide(epoch), entry);
          if (followsAtOnce) await until(arrived);
        });
        expect(outcome).toMatchObject({ kind: 'switched', epoch });
        await until(arrived);
      }
      await stopReplication(databases.context);
    },
  );

  run('tells of a write on the side that is sealed, and keeps the slot that has it', async () => {
    const databases = await makeLedger(pair);
    await replicate(databases);
    const name = namesOf(databases.context.migrationId).slot('forward');
    const slot = () =>
      databases.query<{ active: boolean }>(
        'source',
        'SELECT active FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      );
    const switching = switchTo(databases, 1, async () => {
      await databases.query('target', `ALTER SUBSCRIPTION ${name} DISABLE`);
      await until(async () => (await slot())[0]?.active === false);
      await databases.query(
        'source',
        'SET session_replication_role = replica; INSERT INTO ledger (writer, entry) VALUES (51, 1)',
      );
    });
    await expect(switching).rejects.toThrow('1 rows were changed on the old side after it was sealed');
    expect(await slot()).toEqual([{ active: false }]);
  });

  run('goes on with sequences and identities where the other side stopped, without a collision', async () => {
    const databases = await makeLedger(pair);
    await replicate(databases);
    const insert = (side: 'source' | 'target') =>
      databases.query<{ id: string; account: number }>(
        side,
        `WITH entry AS (INSERT INTO ledger (writer, entry) VALUES (0, 0) RETURNING id),
           account AS (INSERT INTO "Konten ""ä""" (balance) VALUES (0) RETURNING id)
         SELECT entry.id, account.id AS account FROM entry, account`,
      );
    const ids: number[] = [];
    const accounts: number[] = [8];
    for (const epoch of [1, 2, 3]) {
      const outcome = await switchTo(databases, epoch);
      expect(outcome.kind).toBe('switched');
      for (let count = 0; count < 3; count += 1) {
        const [row] = await insert(servingSide(epoch));
        ids.push(Number(row!.id));
        accounts.push(row!.account);
      }
    }
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(accounts).toEqual([...new Set(accounts)].sort((a, b) => a - b));
    await stopReplication(databases.context);
  });
});
