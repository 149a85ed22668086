import { randomUUID } from 'node:crypto';
import { raiseBarrier } from './barrier';
import { blockersOf, sayBlocker } from './blockers';
import { namesOf } from './names';
import { changeSql } from './opening';
import { timedOut } from './open-sides';
import type { ReplicationContext } from './replication-context';
import { sendBeat } from './replication-status';
import { copySequences } from './sequences';
import { failed, type AttemptOptions, type StopAttempt } from './stop-attempt';
import type { WindowSessions } from './window-sessions';
import { quoteLiteral } from '../connect/quote';

/** Maintenance yields once somebody has waited for `deadlock_timeout`, a second by default: longer than writers are to wait. */
const MAINTENANCE_MS = 3_000;
/** A worker that stops within a window is given up by the servers, and its locks with it. */
const IDLE_MS = 10_000;

/** One attempt; where it fails everything is released again, and writers were held for `heldMs` at most. */
export async function stopWriters(
  context: ReplicationContext,
  sessions: WindowSessions,
  options: AttemptOptions,
): Promise<StopAttempt> {
  const { barrier, gate } = sessions;
  const unready = await prepare(context, sessions, options);
  if (unready !== null) return unready;
  const precopied = await copySequences(context, barrier, gate);
  try {
    for (const client of [barrier, gate]) await keepMaintenanceOut(context, client, options.epoch);
  } catch (error) {
    for (const client of [barrier, gate]) await client.query('ROLLBACK');
    if (!timedOut(error)) throw error;
    return failed('blocked', 0, 'Maintenance or a change of the schema holds a table.');
  }
  return raiseBarrier(context, sessions, options, precopied);
}

/** What is measured while writers go on: the sentinel's way, and who would have to be waited for. Warms the sessions as well. */
async function prepare(
  { migrationId, asset }: ReplicationContext,
  { sentinel, aside, proof }: WindowSessions,
  { direction, limits, last }: AttemptOptions,
): Promise<StopAttempt | null> {
  const beat = namesOf(migrationId).beat(direction);
  const token = randomUUID();
  const sent = performance.now();
  await sendBeat(sentinel, beat, 'cut', token);
  const { rows } = await aside.query<{ arrived: boolean }>(
    "SELECT causeway.await_token($1, 'cut', $2, $3) AS arrived",
    [beat, token, limits.lagLimitMs],
  );
  const lagMs = Math.round(performance.now() - sent);
  if (rows[0]?.arrived !== true) return failed('lag', 0, `A change had not arrived after ${lagMs} ms.`);
  await proof.query('SELECT causeway.prove_fence($1, $2, false)', [migrationId, asset.applicationRoles]);
  const old = await blockersOf(proof, migrationId, limits.longTransactionMs);
  if (old.length === 0 || (last && limits.terminateBlockers)) return null;
  const reason = 'Transactions run that are too long to wait for.';
  return { ...failed('blocked', 0, reason), blockers: old.map(sayBlocker) };
}

/**
 * Begins a long session's transaction. Its lock holds up no writer: it stands in the way of vacuum, indexes and changes of the schema
 * alone. What the window will run is run once to no effect, so that nothing is planned for the first time within it.
 */
export const keepMaintenanceOut = (
  { migrationId }: ReplicationContext,
  client: WindowSessions['gate'],
  epoch: number,
) =>
  client.query(
    `BEGIN; SET LOCAL lock_timeout = ${MAINTENANCE_MS}; SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS};
     SELECT causeway.lock_tables(${quoteLiteral(migrationId)}, 'SHARE UPDATE EXCLUSIVE');
     ${changeSql(migrationId, [epoch - 1, 'armed'], [epoch - 1, 'armed'], {})};
     SELECT causeway.set_fence('', true);
     SELECT causeway.prepare_opening('', '${namesOf(migrationId).beat('forward')}', '', 0, 0, '{}')`,
  );
