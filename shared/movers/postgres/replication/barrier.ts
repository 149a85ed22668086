import { randomUUID } from 'node:crypto';
import type { QueryResult } from 'pg';
import { qualifiedName, quoteLiteral } from '../connect/quote';
import { watchBlockers, pidOf } from './blockers';
import { BARRIER, namesOf, SCHEMA } from './names';
import { timedOut } from './open-sides';
import type { ReplicationContext } from './replication-context';
import { sequenceValuesSql, usedSince, type SequenceValues } from './sequences';
import { drainSql, failed, type AttemptOptions, type StopAttempt } from './stop-attempt';
import type { WindowSessions } from './window-sessions';

/** How much longer the sentinel waits than the locks may take: its server ends the wait where nobody else does. */
const SENTINEL_MARGIN_MS = 200;

interface Sent {
  readonly startedAt: number;
  readonly locked: Promise<Settled>;
  readonly sent: Promise<Settled>;
  readonly drained: Promise<Settled>;
}

/**
 * Stops the writers and waits until the other side has all they wrote. Barrier, sentinel and the wait for it are sent at once, so that
 * the network's way is paid once: the sentinel's session waits on its server for a lock that the barrier gives up once it stands.
 * Both long sessions are in a transaction; where this fails they are in none.
 */
export async function raiseBarrier(
  context: ReplicationContext,
  sessions: WindowSessions,
  options: AttemptOptions,
  precopied: SequenceValues,
): Promise<StopAttempt> {
  const { barrier, sentinel, drain, proof, lockKey } = sessions;
  const token = randomUUID();
  const drainPid = await pidOf(drain);
  await barrier.query(`SELECT pg_advisory_lock(${lockKey}, ${BARRIER})`);
  await sentinel.query(`SET statement_timeout = ${options.limits.lockTimeoutMs + SENTINEL_MARGIN_MS}`);
  const watch = watchBlockers(proof, await pidOf(barrier), options);
  const sent = send(context, sessions, options, token);
  const lock = await sent.locked;
  const lockMs = performance.now() - sent.startedAt;
  const blockers = await watch.end();
  if (lock.error === undefined) {
    const [write, drained] = [await sent.sent, await sent.drained];
    const cutLsn = drained.results[0]?.rows[0]?.['cut_lsn'] as string | null | undefined;
    if (write.error === undefined && cutLsn != null) {
      const drainMs = performance.now() - sent.startedAt - lockMs;
      const given = lock.results.at(-1)?.rows[0]?.['given'] as SequenceValues;
      const { startedAt } = sent;
      return {
        kind: 'stopped',
        ...{ startedAt, lockMs, drainMs, cutLsn, token },
        used: usedSince(precopied, given),
      };
    }
  }
  await release(sessions, sent, drainPid);
  const heldMs = performance.now() - sent.startedAt;
  return lock.error === undefined
    ? failed('drain', heldMs, 'The last changes did not arrive in time.')
    : { ...failed('blocked', heldMs, 'The locks were not to be had in time.'), blockers };
}

function send(
  context: ReplicationContext,
  { barrier, sentinel, drain, lockKey }: WindowSessions,
  { direction, limits }: AttemptOptions,
  token: string,
): Sent {
  const { migrationId } = context;
  const beat = namesOf(migrationId).beat(direction);
  const startedAt = performance.now();
  return {
    startedAt,
    locked: settle(barrier.query(barrierSql(context, lockKey, limits.lockTimeoutMs))),
    sent: settle(sentinel.query(sentinelSql(lockKey, beat, token))),
    drained: settle(
      drain.query(drainSql(migrationId, beat, token, limits.lockTimeoutMs + limits.lagLimitMs)),
    ),
  };
}

/** The time-out is for all locks together: `lock_timeout` alone would count for each. The fence stands once this is committed. */
const barrierSql = (context: ReplicationContext, lockKey: number, timeoutMs: number): string => `
  SET LOCAL lock_timeout = ${timeoutMs}; SET LOCAL statement_timeout = ${timeoutMs};
  SELECT causeway.lock_tables(${quoteLiteral(context.migrationId)}, 'SHARE ROW EXCLUSIVE');
  SELECT pg_advisory_unlock(${lockKey}, ${BARRIER}); SET LOCAL statement_timeout = 0;
  SELECT causeway.set_fence(${quoteLiteral(context.migrationId)}, true);
  ${sequenceValuesSql(context)}`;

const sentinelSql = (lockKey: number, beat: string, token: string): string => `
  SELECT pg_advisory_xact_lock(${lockKey}, ${BARRIER});
  INSERT INTO ${qualifiedName(SCHEMA, beat)} (kind, token) VALUES ('cut', '${token}')
  ON CONFLICT (kind) DO UPDATE SET token = excluded.token, at = clock_timestamp()`;

/** Lets the writers go on, at once; throws what was no time-out. */
async function release(
  { barrier, gate, lockKey }: WindowSessions,
  { locked, sent, drained }: Sent,
  drainPid: number,
): Promise<void> {
  await barrier.query('ROLLBACK');
  await gate.query(`SELECT pg_cancel_backend(${drainPid}); ROLLBACK`);
  const ends = await Promise.all([locked, sent, drained]);
  await barrier.query(`SELECT pg_advisory_unlock(${lockKey}, ${BARRIER})`);
  for (const { error } of ends) if (error !== undefined && !timedOut(error)) throw error;
}

interface Settled {
  readonly results: readonly QueryResult[];
  readonly error?: unknown;
}

/** Never rejects: one of several that fails must not leave the others unheard. A script of statements answers with a list. */
const settle = (query: Promise<QueryResult | readonly QueryResult[]>): Promise<Settled> =>
  query.then(
    (results) => ({ results: [results].flat() }),
    (error: unknown) => ({ results: [], error }),
  );
