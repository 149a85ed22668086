import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import type { RowDifference, VerificationReport } from '../../../shared/contracts/postgres-verification';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import type { PostgresContext } from '../../../shared/movers/postgres/postgres-context';
import { verifyDatabase } from '../../../shared/movers/postgres/verification/verify-database';
import { makeDatabases, startPair, type DatabasePair } from '../../support/postgres/database-pair';
import { until } from '../../support/postgres/replicated-ledger';
import { quantile, row, type BenchPart } from './bench-part';
import { FAULTS, injectFaults } from './live-verify-faults';
import { SHOP_DDL, shopRows, startShop } from './live-verify-shop';
import { md5ByKey } from './md5-by-key';

const ROWS = Number(process.env['CAUSEWAY_BENCH_VERIFY_ROWS'] ?? 300_000);
const ROUNDS = Number(process.env['CAUSEWAY_BENCH_VERIFY_ROUNDS'] ?? 3);
const WRITERS = 4;

/** `live-verify`: comparing while clients write, then finding what was put wrong, beside md5 sums of the rows in the order of the key. */
export const liveVerify: BenchPart = async (say) => {
  const pair = await startPair(15, 17);
  try {
    const databases = await makeDatabases(pair, SHOP_DDL, { limits: { lagLimitMs: 5_000 } });
    await databases.query('source', `${shopRows(ROWS)}; ANALYZE`);
    await follow(databases);
    const journal = new SqliteJournal(':memory:');
    const context: PostgresContext = { ...databases.context, journal, clock: { now: () => new Date() } };
    const shop = startShop(databases.url('source'), WRITERS, ROWS);
    const clean: VerificationReport[] = [];
    const peers: number[] = [];
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        const report = await verifyLive(context, round);
        clean.push(report);
        peers.push(await md5ByKey(databases));
        say(
          `round ${round}: ${speed(report).toFixed(1)} MB/s, md5 by key ${peers.at(-1)?.toFixed(1)} MB/s, ${told(report)}`,
        );
      }
      const injected = await injectFaults(databases);
      const report = await verifyLive(context, ROUNDS + 1);
      const found = await differencesOf(context, ROUNDS + 1);
      const { right, wrong } = assess(injected, found);
      say(`${right} of ${FAULTS} faults found, ${wrong.length} others; ${told(report)}`);
      const { perSecond } = await shop.stop();
      await stopReplication(databases.context);
      const alarms = wrong.length + clean.reduce((sum, { differenceCount }) => sum + differenceCount, 0);
      const unsettled = [...clean, report].reduce((sum, each) => sum + each.unsettledRows, 0);
      if (alarms > 0 || right !== FAULTS)
        throw new Error(`${right} of ${FAULTS} found, ${alarms} false alarms: ${JSON.stringify(wrong[0])}`);
      return {
        rows: [
          row('live-verify', 'MB/s', quantile(clean.map(speed), 0.5), {
            better: 'higher',
            peers: { 'md5-by-key': quantile(peers, 0.5) },
          }),
          row('live-verify-false-alarms', 'rows', alarms, { limit: 0 }),
          row('live-verify-faults-found', 'faults', right, { better: 'higher', limit: FAULTS }),
          row('live-verify-unsettled', 'rows', unsettled),
          row('live-verify-forecast-error', '%', quantile(clean.map(forecastError), 0.5)),
        ],
        leavesOut: [
          `Both sides together are read on this machine, while ${WRITERS} clients commit ${perSecond.toFixed(0)} transactions a second and replication applies them.`,
          'Rates are of the tables on disk, without indexes, on one side. The md5 of every row, added up in the order of the key, is read at',
          'the same time from both sides; with writers its two sums never agree, so it stands for the reading alone. Everything is in memory.',
        ],
      };
    } finally {
      await shop.stop();
    }
  } finally {
    await pair.stop();
  }
};

const follow = ({ context }: DatabasePair) =>
  until(async () => {
    const started = await startReplication(context, { wholeRowTables: ['public.visit'] });
    if (started.kind !== 'started') throw new Error(started.reason);
    return started.status.phase === 'replicating';
  }, 180_000);

async function verifyLive(context: PostgresContext, round: number): Promise<VerificationReport> {
  for (;;) {
    const result = await verifyDatabase(context, { epoch: 0, mode: 'live', round, budgetMs: 10_000 });
    if (result.end === 'interrupted') throw new Error('interrupted');
    if (result.end === 'done') return result.report;
  }
}

async function differencesOf(context: PostgresContext, round: number): Promise<RowDifference[]> {
  const found: RowDifference[] = [];
  for await (const line of context.journal.read(context.migrationId, `verify/live-0-${round}/chunks`)) {
    const { difference } = line as { difference?: RowDifference };
    if (difference !== undefined) found.push(difference);
  }
  return found;
}

/** Each fault is named as a difference of that name should be. */
function assess(injected: ReadonlySet<string>, found: readonly RowDifference[]) {
  const wrong = found.filter((difference) => !injected.has(nameOf(difference)));
  const right = new Set(found.map(nameOf).filter((name) => injected.has(name))).size;
  return { right, wrong };
}

const nameOf = ({ table, kind, key, columns }: RowDifference): string =>
  key === null
    ? `${table.name} ${kind} ${columns.find(({ name }) => name === 'page')?.target}`
    : `${table.name} ${kind} ${Object.values(key).join('/')}`;

const speed = ({ checkedBytes, workedMs }: VerificationReport): number =>
  checkedBytes / 1e6 / (workedMs / 1e3);

const forecastError = ({ trial, workedMs }: VerificationReport): number =>
  (Math.abs(trial.forecastMs - workedMs) / workedMs) * 100;

const told = ({ chunks, recheckedChunks, unsettledRows, trial, workedMs }: VerificationReport): string =>
  `${recheckedChunks} of ${chunks} chunks rechecked, ${unsettledRows} rows unsettled, forecast ${trial.forecastMs} ms, took ${workedMs} ms`;
