import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
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
