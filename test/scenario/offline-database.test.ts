import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CopyTrial } from '../../shared/contracts/copy-trial';
import type { DataReport } from '../../shared/contracts/replication';
import { runCli } from '../../clients/cli/run-cli';
import { Processes } from '../../clients/demo/processes';
import { binariesOf, startPostgres, type PostgresServer } from '../../clients/demo/postgres/start-postgres';
import { runSql } from '../support/postgres/run-sql';
import { startCauseway, type Causeway } from '../support/causeway';

const here = binariesOf(15) && binariesOf(17) ? describe : describe.skip;

const DDL = `
CREATE TABLE notes (id bigserial PRIMARY KEY, body text NOT NULL, tags text[], at timestamptz NOT NULL DEFAULT now());
CREATE INDEX notes_by_time ON notes (at);`;
const DATA = `INSERT INTO notes (body, tags) SELECT repeat('ä' || n, n % 50 + 1), ARRAY['a', NULL, n::text] FROM generate_series(1, 5000) n`;
const ROWS = 'SELECT n::text AS row, (SELECT last_value FROM notes_id_seq) AS last FROM notes n ORDER BY id';

/** Content of every file, by its path. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'base64')]),
  );

here('a database that moves offline with the files of its workload (needs PostgreSQL 15 and 17)', () => {
  const processes = new Processes();
  let causeway: Causeway;
  let source: PostgresServer;
  let target: PostgresServer;

  beforeAll(async () => {
    causeway = await startCauseway();
    const folder = join(causeway.folder, 'postgres');
    mkdirSync(folder);
    [source, target] = await Promise.all([
      startPostgres(processes, { major: 15, dataFolder: join(folder, 'source') }),
      startPostgres(processes, { major: 17, dataFolder: join(folder, 'target') }),
    ]);
    for (const server of [source, target]) await runSql(server.url(), 'CREATE DATABASE archive');
    await runSql(source.url('archive'), DDL, DATA);
    Object.assign(causeway.secrets, {
      'archive-old': source.url('archive'),
      'archive-new': target.url('archive'),
    });
  });
  afterAll(async () => {
    await processes.stopAll();
    await causeway?.stop();
  });

  it('R96 R97 R98 R99 R101 R102 R139 is fenced, backed up, copied and compared, and leaves nothing of Causeway there', async () => {
    const id = 'archive';
    const root = join(causeway.folder, 'workloads', id, 'files');
    const workload = await causeway.makeWorkload({
      id,
      plan: {
        assets: [
          { id: 'files', kind: 'files', root, container: id },
          {
            id: 'notes',
            kind: 'postgres',
            source: { connection: 'archive-old' },
            target: { connection: 'archive-new' },
            ddl: { kind: 'supplied', sql: DDL },
          },
        ],
      },
    });
    await causeway.beginWave('together', [workload]);
    const cutover = await causeway.drive(causeway.cutoverIdOf('together', workload));

    expect(cutover.status).toBe('completed');
    const rows = await runSql(target.url('archive'), ROWS);
    expect(rows).toHaveLength(5_000);
    expect(rows).toEqual(await runSql(source.url('archive'), ROWS));
    expect(
      await runSql(target.url('archive'), "SELECT FROM pg_indexes WHERE indexname = 'notes_by_time'"),
    ).toHaveLength(1);
    expect(
      await runSql(target.url('archive'), "SELECT FROM pg_namespace WHERE nspname LIKE 'causeway%'"),
    ).toEqual([]);
    expect(cutover.passes['notes']).toMatchObject([{ phase: 'final', copiedItems: 5_000, failedItems: 0 }]);
    const reports = (await causeway.send(causeway.people.viewer, 'GET', `cutovers/${cutover.id}/reports`))
      .body;
    expect((reports['value'] as DataReport[]).map(({ id: name, ok }) => [name, ok])).toEqual([
      ['final.notes', true],
      ['preflight.notes', true],
      ['trial.files', true],
      ['trial.notes', true],
    ]);
    const trial = (reports['value'] as DataReport[]).find(({ id: name }) => name === 'trial.notes');
    expect(CopyTrial.parse(trial?.details['trial'])).toMatchObject({
      tookMs: cutover.passes['notes']?.[0]?.durationMs,
      forecastMs: expect.any(Number),
      strata: [{ tables: 1, sampledTables: 1 }, { tables: 0 }, { tables: 0 }],
    });
    const [mode] = (await runSql(source.url('archive'), 'SHOW default_transaction_read_only')) as Record<
      string,
      string
    >[];
    expect(mode?.['default_transaction_read_only']).toBe('on');
    await restoreBackups(cutover.id, root);
  });

  /** What the command line brings back from the backups alone is what was there. */
  async function restoreBackups(cutoverId: string, root: string): Promise<void> {
    const environment = {
      CAUSEWAY_URL: causeway.url,
      CAUSEWAY_TOKEN: causeway.people.viewer.token,
      CAUSEWAY_BLOB_CONNECTION: causeway.azurite.connectionString,
    };
    const cli = async (...args: string[]): Promise<string> => {
      let printed = '';
      let complaints = '';
      const streams = {
        out: (text: string) => void (printed += text),
        error: (text: string) => void (complaints += text),
      };
      if ((await runCli(args, environment, streams)) !== 0) throw new Error(complaints);
      return printed;
    };
    const saved = JSON.parse(await cli('backups', 'list', cutoverId, '--output', 'json')) as {
      asset: string;
      manifest: string;
      sha256: string;
    }[];
    const restore = (asset: string, ...to: string[]) => {
      const backup = saved.find((one) => one.asset === asset);
      return cli('backups', 'restore', backup?.manifest ?? '', '--sha256', backup?.sha256 ?? '', ...to);
    };
    const folder = join(causeway.folder, 'restored');
    await restore('files', '--to-folder', folder);
    expect(filesIn(folder)).toEqual(filesIn(root));

    await runSql(target.url(), 'CREATE DATABASE restored');
    const file = join(causeway.folder, 'restored.txt');
    writeFileSync(file, `${target.url('restored')}\n`, { mode: 0o600 });
    await expect(restore('notes', '--to-folder', folder)).rejects.toThrow('is a backup of a database');
    await restore('notes', '--to-database', file);
    expect(await runSql(target.url('restored'), ROWS)).toEqual(await runSql(source.url('archive'), ROWS));
    await expect(restore('notes', '--to-database', file)).rejects.toThrow('is not empty');
  }
});
