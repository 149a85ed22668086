/** A server that is killed by SIGKILL and started again, in a copy or in a switch: what has to hold afterwards. */
import { expect } from '@jest/globals';
import { migrationStates } from '../../../shared/movers/postgres/replication/migration-states';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { killServer, type ServerPair } from './database-pair';
import { dieAt, type DyingPoint } from './dying-worker';
import { audit, startWriters } from './ledger-writers';
import { armedLedger, makeLedger, replicate, sameOnBoth, switchTo, until } from './replicated-ledger';

export const SEALED: DyingPoint = { at: (sql) => sql === 'COMMIT', when: 'after' };
export const STOPPED: DyingPoint = { at: (sql) => sql.includes('SHARE ROW EXCLUSIVE'), when: 'after' };

const ROWS = 'INSERT INTO ledger (writer, entry) SELECT 1, g FROM generate_series(1, 100000) AS g';

export async function killInCopy(pair: ServerPair, side: 'source' | 'target'): Promise<void> {
  const databases = await makeLedger(pair);
  await databases.query('source', ROWS);
  expect((await startReplication(databases.context)).kind).toBe('started');
  await killServer(pair[side]);
  await pair.restart(side);
  await replicate(databases);
  await sameOnBoth(databases);
  await stopReplication(databases.context);
}

/** The worker dies at that point of a cutover, and a server with it; another worker goes on, and clients write all the time. */
export async function loseNothing(
  pair: ServerPair,
  side: 'source' | 'target',
  point: DyingPoint,
): Promise<void> {
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
}
