// Verifies with a journal on disk until somebody kills it: <journal> <migration> <source> <target>. Says `ready` once it has begun.
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { PostgresAsset, PostgresLimits } from '../../../shared/contracts/postgres';
import { verifyDatabase } from '../../../shared/movers/postgres/verification/verify-database';

const [journal = '', migrationId = '', source = '', target = ''] = process.argv.slice(2);
const limits = PostgresLimits.parse({ verifyBytesPerSecond: 2 ** 20 });
const asset = PostgresAsset.parse({
  ...{ id: 'orders', kind: 'postgres', source: { connection: 'old' }, target: { connection: 'new' } },
});

process.stdout.write('ready\n');
void verifyDatabase(
  {
    ...{ asset, migrationId, source, target, journal: new SqliteJournal(journal) },
    clock: { now: () => new Date() },
    limits: () => Promise.resolve(limits),
    claim: { epoch: 1, heartbeat: () => Promise.resolve(true), interrupted: () => Promise.resolve(false) },
  },
  { epoch: 0, mode: 'final', budgetMs: 60_000 },
);
