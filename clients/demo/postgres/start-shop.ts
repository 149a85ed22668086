import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Client } from 'pg';
import type { z } from 'zod';
import type { WorkloadInput } from '../../../shared/contracts/workload';
import type { Child, Processes } from '../processes';
import type { ShopConfig } from './shop-app';
import { SHOP_DATA, SHOP_DDL } from './shop-schema';
import { startPostgres, type PostgresServer } from './start-postgres';
import type { WriterConfig, WriterSummary } from './writer-client';

const BUILT = resolve(__dirname, '../../..');
/** Compiled, also for tests, which are not. */
const HERE = basename(BUILT) === 'dist' ? __dirname : join(BUILT, 'dist/clients/demo/postgres');

export const WORKLOAD_ID = 'shop';
export const HOOK_SECRET = 'shop-hook';
const SECRETS = { source: 'shop-source', target: 'shop-target' } as const;
const DATABASE = 'shop';
/** As whom the shop connects; Causeway has an account of its own. */
const APPLICATION_ROLE = 'shop_app';
const WRITERS = 6;
const PAUSE_MS = 8;

const GRANTS = `
GRANT USAGE ON SCHEMA public TO ${APPLICATION_ROLE};
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${APPLICATION_ROLE};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${APPLICATION_ROLE};
`;

export interface Databases {
  readonly source: PostgresServer;
  readonly target: PostgresServer;
}

/** A shop whose customers order without pause. */
export interface RunningShop extends Databases {
  readonly url: string;
  readonly hookSecret: string;
  readonly ledgerFile: string;
  /** Stops the customers once their last orders are answered. */
  stopWriting(): Promise<WriterSummary>;
}

/** By the name under which Causeway is told of them. */
export const secretsOf = ({ source, target }: Databases, hookSecret: string) => ({
  [HOOK_SECRET]: hookSecret,
  [SECRETS.source]: source.url(DATABASE),
  [SECRETS.target]: target.url(DATABASE),
});

/** Two servers of different majors: the shop's database with its data in one, an empty one in the other. */
export async function startDatabases(processes: Processes, folder: string): Promise<Databases> {
  mkdirSync(folder, { recursive: true });
  const [source, target] = await Promise.all([
    startPostgres(processes, { major: 15, dataFolder: join(folder, 'source') }),
    startPostgres(processes, { major: 17, dataFolder: join(folder, 'target') }),
  ]);
  await Promise.all([prepare(source, [SHOP_DDL, SHOP_DATA, GRANTS]), prepare(target, [])]);
  return { source, target };
}

async function prepare(server: PostgresServer, scripts: readonly string[]): Promise<void> {
  await run(server.url(), [
    `CREATE DATABASE ${DATABASE}`,
    `CREATE ROLE ${APPLICATION_ROLE} LOGIN PASSWORD '${server.password}'`,
  ]);
  await run(server.url(DATABASE), scripts);
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = await connect(url);
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

export const shopUrl = (server: PostgresServer): string => server.url(DATABASE);

export async function startShop(
  processes: Processes,
  databases: Databases,
  folder: string,
  hookSecret = `whsec_${randomBytes(32).toString('base64')}`,
): Promise<RunningShop> {
  const { source, target } = databases;
  const config: z.input<typeof ShopConfig> = {
    databases: {
      source: source.url(DATABASE, APPLICATION_ROLE),
      target: target.url(DATABASE, APPLICATION_ROLE),
    },
    hookSecret,
  };
  const app = processes.start('the shop', [join(HERE, 'shop-app.js'), write(folder, 'shop', config)]);
  const [, port = ''] = await app.line(/"port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const ledgerFile = join(folder, 'ledger.jsonl');
  const writing: WriterConfig = { url, writers: WRITERS, pauseMs: PAUSE_MS, ledgerFile };
  const writers = processes.start('the customers', [
    join(HERE, 'writer-client.js'),
    write(folder, 'writers', writing),
  ]);
  return { ...databases, url, hookSecret, ledgerFile, stopWriting: () => summaryOf(writers) };
}

function write(folder: string, name: string, config: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

async function summaryOf(writers: Child): Promise<WriterSummary> {
  const summary = writers.line(/"event":"summary"/);
  await writers.finish();
  return JSON.parse((await summary).input) as WriterSummary;
}

const READINESS = [
  'adoption-plan',
  'landing-zone',
  'skills',
  'assessment',
  'target-architecture',
  'rollback-rehearsed',
] as const;

/** As Causeway is told about it. */
export const shopWorkload = (url: string): z.input<typeof WorkloadInput> => ({
  id: WORKLOAD_ID,
  name: 'Shop',
  owner: 'Olga',
  criticality: 'high',
  environment: 'production',
  method: 'online',
  acceptableDowntimeMs: 60_000,
  assets: [
    {
      id: 'orders',
      kind: 'postgres',
      source: { connection: SECRETS.source },
      target: { connection: SECRETS.target },
      ddl: { kind: 'supplied', sql: SHOP_DDL + GRANTS },
      applicationRoles: [APPLICATION_ROLE],
      reports: [
        {
          name: 'Turnover by state',
          sql: 'SELECT state, count(*), sum(amount) FROM orders WHERE writer = 0 GROUP BY 1 ORDER BY 1',
        },
      ],
    },
  ],
  controls: { kind: 'http', url: `${url}/hooks`, secret: HOOK_SECRET },
  acceptance: [{ name: 'Health of the target', url: `${url}/sides/target/health` }],
  observationChecks: [{ name: 'Health', url: `${url}/health` }],
  // A laptop that runs all of this at once is slow at times.
  thresholds: { maxP95Ms: 5_000 },
  observationMs: 1_000,
  stabilisationMs: 4_000,
  rollbackEstimateMs: 60_000,
  rollbackPlan: 'Fail back to the old database: it follows the new one until the replication is ended.',
  readiness: READINESS.map((key) => ({ key, met: true, note: 'Part of the demo.' })),
});
