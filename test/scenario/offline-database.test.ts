import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataReport } from '../../shared/contracts/replication';
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
    ]);
    const [mode] = (await runSql(source.url('archive'), 'SHOW default_transaction_read_only')) as Record<
      string,
      string
    >[];
    expect(mode?.['default_transaction_read_only']).toBe('on');
  });
});
