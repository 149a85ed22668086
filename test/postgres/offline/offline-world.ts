/** Two real servers with a database each for one test, and the mover's surroundings as the application has them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { Processes } from '../../../clients/demo/processes';
import type { Major } from '../../../clients/demo/postgres/server-plan';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { PostgresAsset } from '../../../shared/contracts/postgres';
import type {
  OfflineContext,
  OfflineProgress,
} from '../../../shared/movers/postgres/offline/offline-context';

export interface OfflineWorld {
  readonly source: PostgresServer;
  readonly target: PostgresServer;
  readonly folder: string;
}

export interface RunningWorld extends OfflineWorld {
  close(): Promise<void>;
}

/** Two servers, or one on which both databases live. */
export async function startWorld(sourceMajor: Major, targetMajor: Major | null): Promise<RunningWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-offline-'));
  const processes = new Processes();
  const settings = { shared_buffers: '16MB', fsync: 'off' };
  const start = (major: Major, name: string) =>
    startPostgres(processes, { major, dataFolder: join(folder, name, 'data'), settings });
  const started = start(sourceMajor, 'source');
  const [source, target] = await Promise.all([
    started,
    targetMajor === null ? started : start(targetMajor, 'target'),
  ]);
  const close = async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  return { source, target, folder, close };
}

export interface Databases {
  readonly context: OfflineContext;
  readonly journal: SqliteJournal;
  readonly journalPath: string;
  readonly progress: OfflineProgress[];
  readonly source: string;
  readonly target: string;
  readonly onSource: <T extends QueryResultRow>(sql: string) => Promise<T[]>;
  readonly onTarget: <T extends QueryResultRow>(sql: string) => Promise<T[]>;
}

let count = 0;

/** A database on each side: the source with schema and rows, the target empty, its schema to be made from the same script. */
export async function databases(
  world: OfflineWorld,
  { ddl, rows }: { ddl: string; rows: string },
  changes: Partial<OfflineContext> = {},
): Promise<Databases> {
  count += 1;
  const name = `source${count}`;
  const copy = `target${count}`;
  await query(world.source.url(), `CREATE DATABASE ${name}`);
  await query(world.target.url(), `CREATE DATABASE ${copy}`);
  const source = world.source.url(name);
  const target = world.target.url(copy);
  for (const script of [ddl, rows]) await query(source, script);
  const journalPath = join(world.folder, `${name}.sqlite`);
  const journal = new SqliteJournal(journalPath);
  const progress: OfflineProgress[] = [];
  const asset = PostgresAsset.parse({
    id: 'database',
    kind: 'postgres',
    source: { connection: 'source' },
    target: { connection: 'target' },
    ddl: { kind: 'supplied', sql: ddl },
  });
  const context: OfflineContext = {
    ...{ asset, journal, source, target, migrationId: `cutover-${count}.database` },
    clock: { now: () => new Date() },
    claim: { epoch: 1, heartbeat: () => Promise.resolve(true), interrupted: () => Promise.resolve(false) },
    limits: () => Promise.resolve(asset.limits),
    progress: (line) => progress.push(line),
    ...changes,
  };
  return {
    ...{ context, journal, journalPath, progress, source, target },
    onSource: (sql) => query(source, sql),
    onTarget: (sql) => query(target, sql),
  };
}

/** Rows of the last statement. */
export async function query<T extends QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const result: unknown = await client.query(sql);
    const last = (Array.isArray(result) ? result.at(-1) : result) as { rows: T[] };
    return last.rows;
  } finally {
    await client.end();
  }
}

/** A hash over all rows of each table named, as text. */
export async function contentOf(url: string, tables: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const table of tables) {
    const [row] = await query<{ hash: string }>(
      url,
      `SET extra_float_digits = 3; SELECT count(*) || ':' || COALESCE(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS hash FROM ONLY ${table} t`,
    );
    hashes[table] = row?.hash ?? '';
  }
  return hashes;
}
