/** Two real servers and, for each test, a database on both with the same schema, replicated by a context of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Processes } from '../../../clients/demo/processes';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import type { Major } from '../../../clients/demo/postgres/server-plan';
import { PostgresAsset, PostgresLimits } from '../../../shared/contracts/postgres';
import type { ReplicationContext } from '../../../shared/movers/postgres/replication/replication-context';

export interface ServerPair {
  /** Its own, removed in the end. */
  readonly folder: string;
  source: PostgresServer;
  target: PostgresServer;
  /** Starts a server again that was killed, on its data and its port. */
  restart(side: 'source' | 'target'): Promise<void>;
  stop(): Promise<void>;
}

export type Settings = Readonly<Record<string, string | number>>;

export async function startPair(source: Major, target: Major, settings: Settings = {}): Promise<ServerPair> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-pair-'));
  const processes = new Processes();
  // One for both: a client that is sent to the other server need not know.
  const password = randomBytes(12).toString('hex');
  const start = (side: string, major: Major, again?: PostgresServer) =>
    startPostgres(processes, {
      ...{
        major,
        dataFolder: join(folder, side),
        settings: { wal_retrieve_retry_interval: 100, ...settings },
      },
      ...{ password, ...(again && { port: again.port }) },
    });
  const [first, second] = await Promise.all([start('source', source), start('target', target)]);
  const pair: ServerPair = {
    ...{ folder, source: first, target: second },
    restart: async (side) => {
      pair[side] = await again(() => start(side, pair[side].major, pair[side]));
    },
    stop: async () => {
      await processes.stopAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return pair;
}

/** The children of a server that was killed take a moment to notice, and keep the next one out until then. */
async function again(start: () => Promise<PostgresServer>): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Waits until the server that had this process is gone. */
export async function killServer(server: PostgresServer): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  for (;;) {
    try {
      process.kill(server.pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface DatabasePair {
  readonly name: string;
  readonly context: ReplicationContext;
  readonly limits: PostgresLimits;
  url(side: 'source' | 'target'): string;
  query<T extends object>(side: 'source' | 'target', sql: string, values?: readonly unknown[]): Promise<T[]>;
}

let made = 0;

export async function makeDatabases(
  { source, target }: Pick<ServerPair, 'source' | 'target'>,
  ddl: string,
  options: { readonly limits?: Partial<PostgresLimits>; readonly roles?: readonly string[] } = {},
): Promise<DatabasePair> {
  const name = `moved ${(made += 1)} "q"`;
  const servers = { source, target };
  for (const side of ['source', 'target'] as const) {
    await run(servers[side].url(), `CREATE DATABASE "${name.replaceAll('"', '""')}"`);
    await run(servers[side].url(name), ddl);
  }
  const limits = { ...PostgresLimits.parse({}), ...options.limits };
  const asset = PostgresAsset.parse({
    ...{ id: 'orders', kind: 'postgres', ddl: { kind: 'present' }, applicationRoles: options.roles ?? [] },
    ...{ source: { connection: 'old' }, target: { connection: 'new' } },
  });
  return {
    ...{ name, limits },
    context: {
      ...{ asset, migrationId: `c1.${name}`, source: source.url(name), target: target.url(name) },
      limits: () => Promise.resolve(limits),
      claim: {
        epoch: 1,
        heartbeat: () => Promise.resolve(true),
        interrupted: () => Promise.resolve(false),
      },
    },
    url: (side) => servers[side].url(name),
    query: (side, sql, values) => run(servers[side].url(name), sql, values),
  };
}

async function run<T extends object>(url: string, sql: string, values?: readonly unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values ? [...values] : undefined)).rows;
  } finally {
    await client.end();
  }
}
