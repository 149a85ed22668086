import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { sqlState } from '../connect/postgres-error';
import type { Refusal } from './outcomes';
import { EXCLUSIVE, namesOf } from './names';
import type { ReplicationContext, Side } from './replication-context';

export type Sides = Readonly<Record<Side, Client>>;

/** A server gives up a worker that it can't reach any more after about this long, and with it the locks and the migration. */
const KEEPALIVE =
  'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';
/** Durable and as expected whatever the database's settings; and nothing is planned or compiled while somebody waits. */
const PREDICTABLE =
  "SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET jit = off; SET plan_cache_mode = force_generic_plan";
/** A call that came twice, or whose worker died, frees the way in moments. */
const PATIENCE_MS = 1_500;
const POLL_MS = 50;
/** A network that swallows everything must not hold a call for ever. */
const CALL_MS = 120_000;

/** A connection to one side; whoever opens it closes it. */
export async function openSide(context: ReplicationContext, side: Side, name: string): Promise<Client> {
  const client = await openClient(context[side], { name: `replication ${name}` });
  await client.query(`${KEEPALIVE}; ${PREDICTABLE}`);
  return client;
}

/** Ends connections, also those whose other end no longer answers. */
export async function close(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map(closeOne));
}

async function closeOne(client: Client): Promise<void> {
  const abandon = setTimeout(() => client.connection.stream.destroy(), 500);
  await client.end().catch(() => undefined);
  clearTimeout(abandon);
}

/** Both sides, closed afterwards; everything in them fails once the time is over. */
export async function withSides<T>(
  context: ReplicationContext,
  name: string,
  run: (sides: Sides) => Promise<T>,
): Promise<T> {
  const opened: Client[] = [];
  const open = async (side: Side) => {
    const client = await openSide(context, side, name);
    opened.push(client);
    return client;
  };
  const overdue = setTimeout(() => opened.forEach(abandon), CALL_MS);
  try {
    return await run({ source: await open('source'), target: await open('target') });
  } finally {
    clearTimeout(overdue);
    await close(opened);
  }
}

/** Breaks a connection off at once: the server rolls back what was under way. */
export const abandon = (client: Client): void => {
  client.connection.stream.destroy();
};

/** As `withSides`, alone: whatever changes the migration's state holds its lock in the same session. */
export const exclusively = <T>(
  context: ReplicationContext,
  name: string,
  run: (sides: Sides) => Promise<T>,
): Promise<T | Refusal> =>
  withSides(context, name, async (sides) => {
    for (const side of ['source', 'target'] as const)
      if (!(await takeLock(sides[side], context.migrationId))) return BUSY;
    return run(sides);
  });

export const BUSY: Refusal = {
  kind: 'refused',
  code: 'busy',
  reason: 'Another call for this migration is under way in its databases.',
};

/** The session's lock on a migration, waiting a moment for one that ends; false where somebody keeps it. */
export async function takeLock(client: Client, migrationId: string): Promise<boolean> {
  const { lockKey } = namesOf(migrationId);
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS taken', [
      lockKey,
      EXCLUSIVE,
    ]);
    if (rows[0]?.taken === true) return true;
    if (waitedMs >= PATIENCE_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Whether a statement ended because it, or a lock, took too long. */
export const timedOut = (error: unknown): boolean =>
  ['55P03', '57014', '40P01', '25P03'].includes(sqlState(error) ?? '');
