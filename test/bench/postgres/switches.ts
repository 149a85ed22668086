import { Client } from 'pg';
import { servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { startPair } from '../../support/postgres/database-pair';
import { makeLedger, replicate, switchTo, until } from '../../support/postgres/replicated-ledger';
import { quantile, row, type BenchPart } from './bench-part';
import { forkWriters } from './writers';

const WRITERS = 4;
const SWITCHES = Number(process.env['CAUSEWAY_BENCH_SWITCHES'] ?? 40);
/** The full run has a million. */
const TRANSACTIONS = Number(process.env['CAUSEWAY_BENCH_TRANSACTIONS'] ?? 20_000);

/** One after the other: the sentinel, the seal, the opening. */
const COMMITS_OF_A_WINDOW = 3;

/** What the machine allows: how long one commit takes beside the same writers. */
async function commitMs(url: string): Promise<number[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS pace (at timestamptz)');
  const taken: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const since = performance.now();
    await client.query('INSERT INTO pace VALUES (now())');
    taken.push(performance.now() - since);
  }
  await client.query('DROP TABLE pace');
  await client.end();
  return taken;
}

/** `window`: writers held, there and back again and again; `no-loss`: what they were told, compared with what both sides have. */
export const switches: BenchPart = async (say) => {
  const pair = await startPair(15, 17);
  const databases = await makeLedger(pair);
  const writers = forkWriters(WRITERS, databases.url('source'));
  try {
    await replicate(databases);
    await writers.reached(WRITERS * 50);
    const machine = await commitMs(databases.url('source'));
    const windows: number[] = [];
    const steps: Record<string, number>[] = [];
    const given: string[] = [];
    for (let epoch = 1; epoch <= SWITCHES; epoch += 1) {
      await writers.reached(Math.round((TRANSACTIONS / SWITCHES) * epoch));
      const outcome = await switchTo(databases, epoch, async () =>
        writers.route(databases.url(servingSide(epoch))),
      );
      if (outcome.kind !== 'switched') throw new Error(JSON.stringify(outcome));
      windows.push(outcome.windowMs);
      steps.push(outcome.steps);
      for (const { reason, heldMs } of outcome.attempts) given.push(`${heldMs} ms: ${reason}`);
      if (epoch % 10 === 0)
        say(`switch ${epoch} of ${SWITCHES}: median ${quantile(windows, 0.5).toFixed(1)} ms`);
    }
    for (const name of ['lock', 'drain', 'seal', 'open'])
      say(
        `  ${name}: median ${quantile(
          steps.map((each) => each[name] ?? 0),
          0.5,
        ).toFixed(1)} ms`,
      );
    given.forEach((attempt) => say(`  given up after ${attempt}`));
    await writers.stop();
    const serving = servingSide(SWITCHES);
    const audited = await writers.audit(databases.url(serving));
    const other = databases.url(serving === 'source' ? 'target' : 'source');
    await until(async () => (await writers.audit(other)).sum === audited.sum);
    if (audited.strange > 0 || !audited.balanced)
      throw new Error(`not as it was written: ${JSON.stringify(audited)}`);
    await stopReplication(databases.context);
    return {
      rows: [
        row('window-median', 'ms', quantile(windows, 0.5), {
          limit: COMMITS_OF_A_WINDOW * quantile(machine, 0.5),
        }),
        row('window-worst', 'ms', quantile(windows, 1), {
          limit: COMMITS_OF_A_WINDOW * quantile(machine, 1),
        }),
        row('no-loss-transactions', 'commits', audited.acknowledged, { better: 'higher' }),
        row('no-loss-lost', 'commits', audited.lost),
        row('no-loss-doubled', 'commits', audited.doubled),
      ],
      leavesOut: [
        `The window is from the request for the locks to the other side open: ${WRITERS} writers at full speed, ${SWITCHES} switches between`,
        'PostgreSQL 15 and 17 on loopback; its limit is three commits, measured on the source beside the same writers. What was acknowledged is compared with both sides after the last; their checksums were equal.',
      ],
    };
  } finally {
    writers.close();
    await pair.stop();
  }
};
