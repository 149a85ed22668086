/** A ledger that is replicated, on two real servers: the steps every test of a switch begins with. */
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import type { SwitchOutcome } from '../../../shared/movers/postgres/replication/outcomes';
import { directionOf } from '../../../shared/movers/postgres/replication/replication-context';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { makeDatabases, type DatabasePair, type ServerPair } from './database-pair';
import { checksum, EMPTY_LEDGER_DDL } from './ledger-writers';

type Options = Parameters<typeof makeDatabases>[2];

/** Databases with an empty ledger whose accounts were written before. */
export async function makeLedger(
  pair: Pick<ServerPair, 'source' | 'target'>,
  options: Options = {},
): Promise<DatabasePair> {
  const databases = await makeDatabases(pair, EMPTY_LEDGER_DDL, options);
  await databases.query('source', 'INSERT INTO "Konten ""ä""" (balance) SELECT 0 FROM generate_series(1, 8)');
  return databases;
}

/** Patient: a time limit that only ends what hangs, however slow the machine is. */
export async function until<T>(ask: () => Promise<T | null | false>, timeoutMs = 400_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error('it did not come to be in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Calls until every table is ready. */
export const replicate = ({ context }: DatabasePair, timeoutMs?: number): Promise<true> =>
  until(async () => {
    const started = await startReplication(context);
    if (started.kind !== 'started') throw new Error(started.reason);
    return started.status.phase === 'replicating';
  }, timeoutMs);

/** Arms and switches; the route is the caller's. */
export async function switchTo(
  { context }: DatabasePair,
  epoch: number,
  openRoute: () => Promise<void> = () => Promise.resolve(),
): Promise<SwitchOutcome> {
  const direction = directionOf(epoch - 1);
  const armed = await armSwitch(context, direction);
  if (armed.kind !== 'done') throw new Error(armed.reason);
  return switchOver(context, direction, { epoch, openRoute });
}

/** Replicated, and armed for the first cutover. */
export async function armedLedger(pair: ServerPair, options: Options = {}): Promise<DatabasePair> {
  const databases = await makeLedger(pair, options);
  await replicate(databases);
  const armed = await armSwitch(databases.context, 'forward');
  if (armed.kind !== 'done') throw new Error(armed.reason);
  return databases;
}

/** Waits until the ledger is the same on both sides, as it is now on the one that serves. */
export async function sameOnBoth(
  databases: DatabasePair,
  serving: 'source' | 'target' = 'source',
): Promise<void> {
  const sum = await checksum(databases.url(serving));
  const other = serving === 'source' ? 'target' : 'source';
  await until(async () => (await checksum(databases.url(other))) === sum);
}
