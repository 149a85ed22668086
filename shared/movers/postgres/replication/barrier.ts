import { randomUUID } from 'node:crypto';
import type { QueryResult } from 'pg';
import { qualifiedName, quoteLiteral } from '../connect/quote';
import { pidOf, watchBlockers } from './blockers';
import { BARRIER, namesOf, SCHEMA } from './names';
import { changeSql, openingSql } from './opening';
import { timedOut } from './open-sides';
import type { ReplicationContext } from './replication-context';
import { sequenceValuesSql, usedSince, type SequenceValues } from './sequences';
import { failed, type AttemptOptions, type StopAttempt, type WindowRecord } from './stop-attempt';
import type { WindowSessions } from './window-sessions';

/** How much longer the sentinel waits than the locks may take: its server ends the wait where nobody else does. */
const SENTINEL_MARGIN_MS = 200;

/** How long writers are held, once they are, by a worker that is no longer heard of. */
const SILENCE_MS = 2_000;

interface Sent {
  readonly startedAt: number;
  readonly record: WindowRecord;
  readonly locked: Promise<Settled>;
  readonly sent: Promise<Settled>;
  readonly opening: Promise<Settled>;
}

/**
 * Stops the writers, waits until the other side has all they wrote, and prepares the seal and the opening. All of it is sent at once, so
 * that the network's way is paid once: the sentinel's session waits on its server for a lock that the barrier gives up once it stands,
 * the gate's on the other for the sentinel. Both long sessions are in a transaction; where this fails they are in none.
 */
export async function raiseBarrier(
  context: ReplicationContext,
  sessions: WindowSessions,
  options: AttemptOptions,
  precopied: SequenceValues,
): Promise<StopAttempt> {
  const { barrier, sentinel, gate, proof, lockKey } = sessions;
  const [barrierPid, gatePid, sentinelPid] = await Promise.all([
    pidOf(barrier),
    pidOf(gate),
    pidOf(sentinel),
  ]);
  await barrier.query(`SELECT pg_advisory_lock(${lockKey}, ${BARRIER})`);
  await sentinel.query(`SET statement_timeout = ${options.limits.lockTimeoutMs + SENTINEL_MARGIN_MS}`);
  const watch = watchBlockers(proof, context.migrationId, barrierPid, options);
  const sent = send(context, sessions, options);
  const lock = await sent.locked;
  const lockMs = performance.now() - sent.startedAt;
  watch.end();
  if (lock.error === undefined) {
    const [write, opening] = [await sent.sent, await sent.opening];
    const cutLsn = opening.rows.at(-1)?.cut_lsn;
    if (write.error === undefined && cutLsn != null) {
      const drainMs = performance.now() - sent.startedAt - lockMs;
      const { startedAt, record } = sent;
      const used = usedSince(precopied, lock.rows.at(-1)?.given ?? {});
      return { kind: 'stopped', ...{ record, startedAt, lockMs, drainMs, cutLsn, used } };
    }
  }
  const heldMs = lock.error === undefined ? performance.now() - sent.startedAt : lockMs;
  await release(sessions, sent, { gatePid, sentinelPid });
  const seen = await watch.seen();
  if (lock.error === undefined) return failed('drain', heldMs, 'The last changes did not arrive in time.');
  if (seen.firstNext !== null) await lockFirst(context, sessions, seen.firstNext);
  const reason = seen.firstNext === null ? 'The locks were not to be had in time.' : CROSSED;
  return { ...failed('blocked', heldMs, reason), blockers: seen.blockers, crossed: seen.firstNext !== null };
}

const CROSSED = 'Writers and the locks waited for each other; their order was changed.';

function send(
  context: ReplicationContext,
  { barrier, sentinel, gate, lockKey }: WindowSessions,
  { direction, epoch, limits, attempts }: AttemptOptions,
): Sent {
  const record: WindowRecord = { token: randomUUID(), attempts };
  const beat = namesOf(context.migrationId).beat(direction);
  const waitMs = limits.lockTimeoutMs + limits.lagLimitMs;
  const startedAt = performance.now();
  return {
    ...{ startedAt, record },
    locked: settle(barrier.query(barrierSql(context, lockKey, limits.lockTimeoutMs, epoch, record))),
    sent: settle(sentinel.query(sentinelSql(lockKey, beat, record.token))),
    opening: settle(gate.query(openingSql(context, direction, epoch, record, waitMs))),
  };
}

/** The time-out is for all locks together: `lock_timeout` alone would count for each. Sealed once this is committed. */
const barrierSql = (
  context: ReplicationContext,
  lockKey: number,
  timeoutMs: number,
  epoch: number,
  record: WindowRecord,
): string => `
  SET LOCAL lock_timeout = ${timeoutMs}; SET LOCAL statement_timeout = ${timeoutMs};
  SELECT causeway.lock_tables(${quoteLiteral(context.migrationId)}, 'SHARE ROW EXCLUSIVE');
  SELECT pg_advisory_unlock(${lockKey}, ${BARRIER}); SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = ${SILENCE_MS};
  SELECT causeway.set_fence(${quoteLiteral(context.migrationId)}, true);
  ${changeSql(context.migrationId, [epoch - 1, 'armed'], [epoch, 'sealed'], record)};
  ${sequenceValuesSql(context)}`;

const sentinelSql = (lockKey: number, beat: string, token: string): string => `
  SELECT pg_advisory_xact_lock(${lockKey}, ${BARRIER});
  INSERT INTO ${qualifiedName(SCHEMA, beat)} (kind, token) VALUES ('cut', '${token}')
  ON CONFLICT (kind) DO UPDATE SET token = excluded.token, at = clock_timestamp()`;

/** Lets the writers go on, at once; throws what was no time-out. */
async function release(
  { barrier, gate, aside, proof, lockKey }: WindowSessions,
  { locked, sent, opening }: Sent,
  { gatePid, sentinelPid }: { readonly gatePid: number; readonly sentinelPid: number },
): Promise<void> {
  await barrier.query('ROLLBACK');
  await Promise.all([
    aside.query('SELECT pg_cancel_backend($1)', [gatePid]),
    proof.query('SELECT pg_cancel_backend($1)', [sentinelPid]),
  ]);
  await opening;
  await gate.query('ROLLBACK');
  const ends = await Promise.all([locked, sent, opening]);
  await barrier.query(`SELECT pg_advisory_unlock(${lockKey}, ${BARRIER})`);
  const trouble = ends.find(({ error }) => error !== undefined && !timedOut(error));
  if (trouble !== undefined) throw trouble.error;
}

/** The order that the applications lock in is learnt from what they were caught at. */
const lockFirst = ({ migrationId }: ReplicationContext, { barrier }: WindowSessions, table: string) =>
  barrier.query(
    `UPDATE causeway.followed_table SET lock_rank = (SELECT min(lock_rank) FROM causeway.followed_table WHERE migration_id = $1) - 1
     WHERE migration_id = $1 AND format('%I.%I', schema_name, table_name) = $2`,
    [migrationId, table],
  );

/** What those statements answer, as far as anybody looks. */
interface Answer {
  readonly cut_lsn?: string | null;
  readonly given?: SequenceValues;
}

interface Settled {
  readonly rows: readonly Answer[];
  readonly error?: unknown;
}

/** Never rejects: one of several that fails must not leave the others unheard. A script of statements answers with a list. */
const settle = (query: Promise<QueryResult<Answer> | readonly QueryResult<Answer>[]>): Promise<Settled> =>
  query.then(
    (results) => ({ rows: [results].flat().flatMap(({ rows }) => rows) }),
    (error: unknown) => ({ rows: [], error }),
  );
