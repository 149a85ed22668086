import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type QueryResultRow } from 'pg';
import { Processes } from '../../../clients/demo/processes';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { PostgresAsset } from '../../../shared/contracts/postgres';
import { fenceDatabase, unfenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import type { OfflineContext } from '../../../shared/movers/postgres/offline/offline-context';
import { copyWhole } from '../../postgres/offline/copy-whole';
import type { BenchRow } from '../bench';
import { quantile, row, type BenchPart } from './bench-part';
import { OFFLINE_DDL, offlineRows } from './offline-database';
import { processorSeconds } from './processor-time';

const MEGABYTES = Number(process.env['CAUSEWAY_BENCH_OFFLINE_MB'] ?? 1_024);
const ROUNDS = Number(process.env['CAUSEWAY_BENCH_OFFLINE_ROUNDS'] ?? 3);
const STREAMS = 2;
/** Version 15: what is older than the source can't dump it. */
const CLIENTS = '/usr/lib/postgresql/15/bin';
const PGCOPYDB = '/usr/bin/pgcopydb';
const SETTINGS = { shared_buffers: '256MB', max_wal_size: '4GB', wal_level: 'replica' };
const DATABASE = 'shop';

const run = promisify(execFile);

interface Place {
  readonly folder: string;
  readonly source: PostgresServer;
  readonly target: PostgresServer;
}

/** `offline-copy`: a database with indexes, from version 15 to 17, beside pg_dump with pg_restore, and pgcopydb; each with two streams. */
export const offlineCopy: BenchPart = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-offline-copy-'));
  const processes = new Processes();
  try {
    const start = (major: 15 | 17) =>
      startPostgres(processes, { major, dataFolder: join(folder, `${major}`, 'data'), settings: SETTINGS });
    const [source, target] = await Promise.all([start(15), start(17)]);
    const place: Place = { folder, source, target };
    const sizes = await fill(place);
    say(`${sizes.heap.toFixed(0)} MB of tables, ${sizes.all.toFixed(0)} MB with indexes`);
    const taken = await measure(place, say);
    const copy = rowOf('offline-copy', taken, 'seconds');
    return {
      rows: [
        copy,
        row('offline-copy-rate', 'MB/s', sizes.heap / copy.ours, { better: 'higher' }),
        rowOf('offline-copy-processor', taken, 'processor'),
      ],
      leavesOut: [
        `Offline copy: ${sizes.heap.toFixed(0)} MB of tables (${sizes.all.toFixed(0)} MB with indexes), ${ROUNDS} interleaved rounds on one machine, ${STREAMS} streams and the`,
        'same settings of the servers for each; the network costs nothing. Ours fences the source and proves that it did not change. Ours and',
        'pgcopydb end with statistics, pg_restore without. `processor` is what client and servers took of it, whatever else the machine did.',
      ],
    };
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function fill({ source }: Place): Promise<{ heap: number; all: number }> {
  await query(source.url(), `CREATE DATABASE ${DATABASE}`);
  await query(source.url(DATABASE), OFFLINE_DDL);
  await query(source.url(DATABASE), offlineRows(MEGABYTES));
  const [size] = await query<{ heap: number; all: number }>(
    source.url(DATABASE),
    `SELECT sum(pg_table_size(oid))::float8 / 2 ^ 20 AS heap, sum(pg_total_relation_size(oid))::float8 / 2 ^ 20 AS all
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  if (size === undefined) throw new Error('the source has no tables');
  return size;
}

/** The median of our rounds and of each peer's. */
function rowOf(name: string, taken: ReadonlyMap<string, readonly Taken[]>, figure: keyof Taken): BenchRow {
  const medianOf = (rounds: readonly Taken[]) => {
    const values = rounds.map((round) => round[figure]);
    return quantile(values, 0.5);
  };
  const { ours = NaN, ...peers } = Object.fromEntries(
    [...taken].map(([way, rounds]) => [way, medianOf(rounds)]),
  );
  return row(name, 's', ours, { peers });
}

interface Taken {
  readonly seconds: number;
  /** NaN where the system does not tell. */
  readonly processor: number;
}

/** What each way took in each round; another one begins each round. */
async function measure(place: Place, say: (line: string) => void): Promise<Map<string, Taken[]>> {
  const ways: [string, (place: Place) => Promise<unknown>][] = [
    ['ours', copyOurs],
    ...(existsSync(join(CLIENTS, 'pg_dump'))
      ? [['pg_dump-restore-j2', dumpAndRestore] as [string, typeof dumpAndRestore]]
      : []),
    ...(existsSync(PGCOPYDB) ? [['pgcopydb', copyWithPgcopydb] as [string, typeof copyWithPgcopydb]] : []),
  ];
  const servers = [place.source, place.target];
  const taken = new Map<string, Taken[]>(ways.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < ways.length; turn += 1) {
      const [name, copy] = ways[(round + turn) % ways.length] ?? ways[0] ?? ['', copyOurs];
      await renew(place);
      const before = await processorSeconds(servers);
      const begun = performance.now();
      await copy(place);
      const seconds = (performance.now() - begun) / 1_000;
      const processor = (await processorSeconds(servers)) - before;
      await assertEqual(place);
      taken.get(name)?.push({ seconds, processor });
      say(`round ${round + 1}: ${name} ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processor`);
    }
  }
  return taken;
}

async function renew({ source, target }: Place): Promise<void> {
  await query(target.url(), `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  await query(target.url(), `CREATE DATABASE ${DATABASE}`);
  await query(target.url(), 'CHECKPOINT');
  await query(source.url(), 'CHECKPOINT');
}

async function copyOurs({ source, target }: Place): Promise<void> {
  const asset = PostgresAsset.parse({
    id: 'shop',
    kind: 'postgres',
    source: { connection: 'source' },
    target: { connection: 'target' },
    limits: { copyWorkers: STREAMS },
  });
  const context: OfflineContext = {
    asset,
    migrationId: 'bench.shop',
    source: source.url(DATABASE),
    target: target.url(DATABASE),
    journal: new SqliteJournal(':memory:'),
    clock: { now: () => new Date() },
    claim: { epoch: 1, heartbeat: () => Promise.resolve(true), interrupted: () => Promise.resolve(false) },
    limits: () => Promise.resolve(asset.limits),
    progress: () => undefined,
  };
  await fenceDatabase(context, { graceMs: 0 });
  const result = await copyWhole(context);
  await unfenceDatabase(context);
  if (result.kind !== 'done') throw new Error(JSON.stringify(result));
}

async function dumpAndRestore({ folder, source, target }: Place): Promise<void> {
  const dump = join(folder, 'dump');
  rmSync(dump, { recursive: true, force: true });
  const jobs = `-j${STREAMS}`;
  await run(join(CLIENTS, 'pg_dump'), ['-Fd', jobs, '-f', dump, source.url(DATABASE)]);
  await run(join(CLIENTS, 'pg_restore'), [jobs, '-d', target.url(DATABASE), dump]);
}

async function copyWithPgcopydb({ folder, source, target }: Place): Promise<void> {
  const work = join(folder, 'pgcopydb');
  rmSync(work, { recursive: true, force: true });
  const jobs = ['--table-jobs', `${STREAMS}`, '--index-jobs', `${STREAMS}`];
  const sides = ['--source', source.url(DATABASE), '--target', target.url(DATABASE)];
  await run(PGCOPYDB, ['clone', ...sides, ...jobs, '--dir', work], {
    env: { ...process.env, PATH: `${CLIENTS}:${process.env['PATH'] ?? ''}` },
    maxBuffer: 2 ** 26,
  });
}

const CONTENT = `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM line) AS lines, (SELECT count(*) FROM event) AS events,
  (SELECT count(*) FROM customer) AS customers, (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
   WHERE c.relnamespace = 'public'::regnamespace AND i.indisvalid) AS indexes,
  (SELECT count(*) FROM pg_constraint WHERE contype = 'f') AS keys, (SELECT last_value FROM orders_id_seq) AS sequence`;

/** Nothing that was left out counts as quick. */
async function assertEqual({ source, target }: Place): Promise<void> {
  const [before, after] = await Promise.all([
    query(source.url(DATABASE), CONTENT),
    query(target.url(DATABASE), CONTENT),
  ]);
  if (JSON.stringify(before) !== JSON.stringify(after))
    throw new Error(`not the same: ${JSON.stringify(before)} and ${JSON.stringify(after)}`);
}

async function query<T extends QueryResultRow>(url: string, sql: string): Promise<T[]> {
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
