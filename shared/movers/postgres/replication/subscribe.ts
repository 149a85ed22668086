import type { Client } from 'pg';
import { parseConnection } from '../connect/connection-parts';
import { quoteIdentifier } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { namesOf } from './names';
import { publisherOf, type ReplicationContext } from './replication-context';
import type { Sides } from './open-sides';

const ORIGINS_KNOWN = 160_000;
const STREAMING_KNOWN = 140_000;

export async function serverVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::integer AS version",
  );
  return rows[0]?.version ?? 0;
}

/** From 16 on both sides tell changes that were replicated from those of clients; before, the other direction begins at a position. */
export async function tellsOrigins({ source, target }: Sides): Promise<boolean> {
  return Math.min(await serverVersion(source), await serverVersion(target)) >= ORIGINS_KNOWN;
}

export interface SubscribeOptions {
  readonly copyData: boolean;
  readonly enabled: boolean;
}

/**
 * Subscribes the side that follows to a publication and a slot that exist already; no-op where it is subscribed. The server stores
 * the connection string with its password, readable by superusers alone: a password file is not to be had on managed servers.
 */
export async function subscribe(
  context: ReplicationContext,
  sides: Sides,
  direction: Direction,
  { copyData, enabled }: SubscribeOptions,
): Promise<void> {
  const names = namesOf(context.migrationId);
  const publisher = publisherOf(direction);
  const subscriber = publisher === 'source' ? sides.target : sides.source;
  if ((await subscriptionOf(subscriber, names.subscription(direction))) !== null) return;
  const versions = [await serverVersion(sides.source), await serverVersion(sides.target)];
  const oldest = Math.min(...versions);
  const options = [
    `create_slot = false, slot_name = '${names.slot(direction)}', copy_data = ${copyData}, enabled = ${enabled}`,
    ...(oldest >= ORIGINS_KNOWN ? ['origin = none', 'streaming = parallel'] : []),
    ...(oldest >= STREAMING_KNOWN && oldest < ORIGINS_KNOWN ? ['streaming = on'] : []),
  ];
  await subscriber.query('SELECT causeway.subscribe($1, $2, $3, $4)', [
    names.subscription(direction),
    context.between?.[publisher] ?? asServersReach(context[publisher]),
    names.publication(direction),
    options.join(', '),
  ]);
}

export interface Subscription {
  readonly oid: string;
  readonly enabled: boolean;
}

export async function subscriptionOf(subscriber: Client, name: string): Promise<Subscription | null> {
  const { rows } = await subscriber.query<Subscription>(
    `SELECT oid::text, subenabled AS enabled FROM pg_subscription
     WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [name],
  );
  return rows[0] ?? null;
}

/** Takes in what the publication has now; copies what is new. Asks the other server, and needs the subscription enabled. */
export const refreshPublication = (subscriber: Client, name: string): Promise<unknown> =>
  subscriber.query(`ALTER SUBSCRIPTION ${quoteIdentifier(name)} REFRESH PUBLICATION`);

/** Leaves no slot behind and asks no other server: whoever drops the slot does so by itself. */
export async function unsubscribe(subscriber: Client, name: string): Promise<void> {
  if ((await subscriptionOf(subscriber, name)) === null) return;
  const subscription = quoteIdentifier(name);
  await subscriber.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`);
  await subscriber.query(`ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`);
  await subscriber.query(`DROP SUBSCRIPTION ${subscription}`);
}

/** As libpq of the other server takes it: files of the worker mean nothing there. */
function asServersReach(connectionString: string): string {
  const parts = parseConnection(connectionString);
  const fields = {
    host: parts.host,
    port: `${parts.port}`,
    dbname: parts.database,
    user: parts.user,
    ...(parts.password === null ? {} : { password: parts.password }),
    sslmode: parts.sslMode,
    ...(parts.sslRootCert === 'system' ? { sslrootcert: 'system' } : {}),
    connect_timeout: '10',
    keepalives_idle: '10',
    keepalives_interval: '5',
    keepalives_count: '3',
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}='${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`)
    .join(' ');
}
