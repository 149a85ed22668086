import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { MigrationError } from '../../../contracts/errors';
import { qualifiedName } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { migrationState } from '../state/migration-state';
import { namesOf, SCHEMA } from './names';
import { withSides, type Sides } from './open-sides';
import { directionOf, publisherOf, subscriberOf, type ReplicationContext } from './replication-context';
import { healthOf, type SlotHealth } from './slot-health';
import { slotOf } from './slots';
import { serverVersion, subscriptionOf } from './subscribe';
import { tableStates } from './table-progress';

export interface TableProgress {
  readonly schema: string;
  readonly name: string;
  readonly state: 'waiting' | 'copying' | 'catching-up' | 'ready';
  /** While it is copied; null before PostgreSQL 14, and otherwise. */
  readonly copiedBytes: number | null;
  readonly copiedRows: number | null;
  /** On disk, without indexes, where it is copied from. */
  readonly sizeBytes: number;
}

export interface ReplicationStatus {
  readonly direction: Direction;
  readonly epoch: number;
  readonly phase: string;
  readonly paused: boolean;
  readonly tables: readonly TableProgress[];
  readonly tablesReady: number;
  /** A row's way from here to there just now; where none arrived in two seconds, the age of the last that did. Null: none yet. */
  readonly lagMs: number | null;
  readonly lagBytes: number | null;
  readonly slot: SlotHealth | null;
  /** How long writers would be held if the switch were now; null until every table is ready. */
  readonly forecastWindowMs: number | null;
  /** What replication last failed on, as far as the servers tell. */
  readonly trouble: readonly string[];
}

/** How replication is doing now; takes a few seconds at most and holds nothing. Throws where a side can't be reached. */
export const replicationStatus = (context: ReplicationContext): Promise<ReplicationStatus> =>
  withSides(context, 'status', (sides) => statusOf(context, sides));

const ARRIVAL_MS = 2_000;
/** Measured: the fence on a table, there and back. */
const FENCE_MS = 0.2;

export async function statusOf(context: ReplicationContext, sides: Sides): Promise<ReplicationStatus> {
  const { migrationId } = context;
  const state = await migrationState(sides.source, migrationId);
  if (state === null)
    throw new MigrationError('not-found', 'replication has not begun, or nothing is left of it');
  const direction = directionOf(state.epoch);
  const names = namesOf(migrationId);
  const [publisher, subscriber] = [sides[publisherOf(direction)], sides[subscriberOf(direction)]];
  const tables = await progressOf(context, publisher, subscriber, direction);
  const subscription = await subscriptionOf(subscriber, names.subscription(direction));
  const tablesReady = tables.filter((table) => table.state === 'ready').length;
  const paused = subscription?.enabled === false;
  const lagMs = paused
    ? await ageOfLast(publisher, subscriber, names.beat(direction))
    : await beat(publisher, subscriber, names.beat(direction));
  const slot = await slotOf(publisher, names.slot(direction));
  return {
    ...{ direction, epoch: state.epoch, phase: state.phase, paused, tables, tablesReady, lagMs },
    lagBytes: slot?.lag_bytes ?? null,
    slot: slot && healthOf(slot, publisherOf(direction), await context.limits()),
    forecastWindowMs:
      lagMs === null || tablesReady < tables.length
        ? null
        : Math.round(
            lagMs +
              (await roundTripMs(publisher)) +
              2 * (await roundTripMs(subscriber)) +
              tables.length * FENCE_MS,
          ),
    trouble: await troubleOf(subscriber, names.subscription(direction)),
  };
}

const STATES: Readonly<Record<string, TableProgress['state']>> = {
  i: 'waiting',
  d: 'copying',
  f: 'catching-up',
  s: 'catching-up',
  r: 'ready',
};

async function progressOf(
  { migrationId }: ReplicationContext,
  publisher: Client,
  subscriber: Client,
  direction: Direction,
): Promise<readonly TableProgress[]> {
  const states = await tableStates(subscriber, namesOf(migrationId).subscription(direction));
  const known = new Map(states.map((each) => [`${each.schema_name}.${each.table_name}`, each]));
  const { rows } = await publisher.query<{ schema: string; name: string; size_bytes: number }>(
    `SELECT schema_name AS schema, table_name AS name,
       coalesce(pg_table_size(to_regclass(format('%I.%I', schema_name, table_name))), 0)::float8 AS size_bytes
     FROM causeway.followed_table WHERE migration_id = $1 AND published ORDER BY 1, 2`,
    [migrationId],
  );
  return rows.map(({ schema, name, size_bytes: sizeBytes }) => {
    const seen = known.get(`${schema}.${name}`);
    return {
      ...{ schema, name, sizeBytes },
      state: STATES[seen?.state ?? 'i'] ?? 'waiting',
      copiedBytes: seen?.copied_bytes ?? null,
      copiedRows: seen?.copied_rows ?? null,
    };
  });
}

/** A row's way through, by this clock alone. */
async function beat(publisher: Client, subscriber: Client, table: string): Promise<number | null> {
  const token = randomUUID();
  const sent = performance.now();
  await sendBeat(publisher, table, 'beat', token);
  const { rows } = await subscriber.query<{ arrived: boolean }>(
    "SELECT causeway.await_token($1, 'beat', $2, $3) AS arrived",
    [table, token, ARRIVAL_MS],
  );
  if (rows[0]?.arrived === true) return performance.now() - sent;
  return ageOfLast(publisher, subscriber, table);
}

export const sendBeat = (publisher: Client, table: string, kind: 'beat' | 'cut', token: string) =>
  publisher.query(
    `INSERT INTO ${qualifiedName(SCHEMA, table)} (kind, token) VALUES ($1, $2)
     ON CONFLICT (kind) DO UPDATE SET token = excluded.token, at = clock_timestamp()`,
    [kind, token],
  );

/** Both times are the publisher's: the servers' clocks need not agree. */
async function ageOfLast(publisher: Client, subscriber: Client, table: string): Promise<number | null> {
  const last = await subscriber.query<{ at: string | null }>(
    `SELECT max(at)::text AS at FROM ${qualifiedName(SCHEMA, table)}`,
  );
  const at = last.rows[0]?.at ?? null;
  if (at === null) return null;
  const { rows } = await publisher.query<{ age_ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp() - $1::timestamptz)::float8 * 1000 AS age_ms',
    [at],
  );
  return rows[0]?.age_ms ?? null;
}

async function roundTripMs(client: Client): Promise<number> {
  const sent = performance.now();
  await client.query('SELECT 1');
  return performance.now() - sent;
}

const ERRORS_COUNTED = 150_000;

async function troubleOf(subscriber: Client, subscription: string): Promise<readonly string[]> {
  const worker = await subscriber.query<{ pid: number | null; enabled: boolean }>(
    `SELECT w.pid, s.subenabled AS enabled FROM pg_subscription s
     LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL WHERE s.subname = $1`,
    [subscription],
  );
  const idle = worker.rows.some(({ pid, enabled }) => enabled && pid === null);
  const trouble = idle
    ? ['no worker applies changes: it is starting again, or can’t reach the other side']
    : [];
  if ((await serverVersion(subscriber)) < ERRORS_COUNTED) return trouble;
  const { rows } = await subscriber.query<{ applying: number; copying: number }>(
    `SELECT apply_error_count::integer AS applying, sync_error_count::integer AS copying
     FROM pg_stat_subscription_stats WHERE subname = $1`,
    [subscription],
  );
  const { applying = 0, copying = 0 } = rows[0] ?? {};
  return [
    ...trouble,
    ...(applying > 0 ? [`applying failed ${applying} times: the server's log says why`] : []),
    ...(copying > 0 ? [`copying failed ${copying} times: the server's log says why`] : []),
  ];
}
