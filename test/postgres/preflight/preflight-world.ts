import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import { Processes } from '../../../clients/demo/processes';
import { PostgresAsset, PostgresLimits, PreflightReport } from '../../../shared/contracts/postgres';
import { openClient } from '../../../shared/movers/postgres/connect/open-client';
import type { Direction } from '../../../shared/movers/postgres/postgres-context';
import type { Method, PreflightContext } from '../../../shared/movers/postgres/preflight/checked-sides';
import { preflight } from '../../../shared/movers/postgres/preflight/preflight';

export const MAJORS = [15, 16, 18] as const;
const EVERYTHING = readFileSync(join(__dirname, '../schema/everything.sql'), 'utf8');
const FINDINGS = readFileSync(join(__dirname, 'findings.sql'), 'utf8');

/** A server with all that a preflight can find in a database, one that can neither follow nor be followed, and a young one. */
export class PreflightWorld {
  /** What was found so far, by code. */
  readonly seen = new Set<string>();
  readonly #held: Client[] = [];

  private constructor(
    readonly old: PostgresServer,
    readonly poor: PostgresServer,
    readonly young: PostgresServer,
    readonly stopServers: () => Promise<void>,
  ) {}

  static async start(): Promise<PreflightWorld> {
    const processes = new Processes();
    const folder = mkdtempSync(join(tmpdir(), 'causeway-preflight-'));
    const start = (major: (typeof MAJORS)[number], settings: Record<string, string | number>) =>
      startPostgres(processes, { major, dataFolder: join(folder, `${major}`), settings });
    const [old, poor, young] = await Promise.all([
      start(15, { max_prepared_transactions: 2, password_encryption: 'md5' }),
      start(16, {
        ...{ wal_level: 'replica', max_replication_slots: 0, max_wal_senders: 0 },
        ...{ default_transaction_read_only: 'on', max_logical_replication_workers: 0 },
        ...{ max_sync_workers_per_subscription: 0, max_slot_wal_keep_size: '64MB' },
      }),
      start(18, {}),
    ]);
    await fill(old, young);
    return new PreflightWorld(old, poor, young, async () => {
      await processes.stopAll();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#held.map((client) => client.end()));
    await this.stopServers();
  }

  async find(
    {
      source,
      target,
      limits = {},
      ...asset
    }: { source: string; target: string; limits?: object } & Record<string, unknown>,
    direction: Direction = 'forward',
    method: Method = 'online',
  ): Promise<{ report: PreflightReport; told: string[] }> {
    const parsed = PostgresAsset.parse({
      ...{ id: 'db', kind: 'postgres', source: { connection: 's' }, target: { connection: 't' } },
      ...{ ddl: { kind: 'supplied', sql: EVERYTHING }, ...asset },
    });
    const context: PreflightContext = {
      ...{ asset: parsed, migrationId: 'cutover.db', source, target },
      clock: { now: () => new Date('2026-11-21T12:00:00Z') },
      limits: async () => PostgresLimits.parse(limits),
    };
    const report = PreflightReport.parse(await preflight(context, direction, method));
    for (const { code } of report.findings) this.seen.add(code);
    const told = report.findings.map(
      ({ severity, code, side, subject }) => `${severity} ${code} ${side}: ${subject}`,
    );
    return { report, told };
  }

  /** A session that stays open until it is let go, or all is stopped. */
  async hold(url: string, sql: string): Promise<Client> {
    const client = await openClient(url, { name: 'held', ownSearchPath: true });
    this.#held.push(client);
    await client.query(sql);
    return client;
  }

  /** Ends the session that was held last. */
  async letGo(): Promise<void> {
    await this.#held.pop()?.end();
  }
}

async function fill(old: PostgresServer, young: PostgresServer): Promise<void> {
  await run(old.url(), `CREATE ROLE reader NOLOGIN; CREATE ROLE "App Röle" NOLOGIN IN ROLE reader`);
  await run(old.url(), 'CREATE DATABASE everything');
  await run(old.url('everything'), EVERYTHING);
  await run(old.url('everything'), FINDINGS);
  await run(young.url(), 'CREATE DATABASE everything');
  for (const server of [old, young])
    await run(
      server.url(),
      `SET password_encryption = 'scram-sha-256'; CREATE ROLE mover LOGIN PASSWORD '${server.password}'`,
    );
}

export async function run(url: string, sql: string): Promise<void> {
  const client = await openClient(url, { name: 'test', ownSearchPath: true });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
