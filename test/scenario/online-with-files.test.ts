import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Processes } from '../../clients/demo/processes';
import { binariesOf, startPostgres, type PostgresServer } from '../../clients/demo/postgres/start-postgres';
import { runSql } from '../support/postgres/run-sql';
import { bindMissing, KEY_NAME, KEY_SECRET, startBind9, ZONE, type Bind9 } from '../support/traffic/bind9';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

if (bindMissing !== null)
  process.stderr.write(`Left out: a database whose users are moved by DNS UPDATE, since ${bindMissing}\n`);

const here = binariesOf(16) && binariesOf(18) ? describe : describe.skip;

const DDL = 'CREATE TABLE notes (id bigserial PRIMARY KEY, body text NOT NULL);';
/** On the side that follows, past its fence: nothing sends it to the other one. */
const BEHIND_ITS_BACK = [
  'SET session_replication_role = replica',
  "UPDATE notes SET body = 'not what it was' WHERE id = 7",
];
const ROWS = 'SELECT n::text AS row FROM notes n ORDER BY id';

here('a database and files that switch together (needs PostgreSQL 16 and 18)', () => {
  const processes = new Processes();
  let causeway: Causeway;
  let source: PostgresServer;
  let target: PostgresServer;
  let bind: Bind9 | null = null;

  beforeAll(async () => {
    causeway = await startCauseway();
    if (bindMissing === null) bind = await startBind9();
    causeway.secrets['dns-key'] = KEY_SECRET;
    const folder = join(causeway.folder, 'postgres');
    mkdirSync(folder);
    [source, target] = await Promise.all([
      startPostgres(processes, { major: 16, dataFolder: join(folder, 'source') }),
      startPostgres(processes, { major: 18, dataFolder: join(folder, 'target') }),
    ]);
  });
  afterAll(async () => {
    await bind?.stop();
    await processes.stopAll();
    await causeway?.stop();
  });

  /** By DNS where there is a server, else by the workload's own hook. */
  const trafficOf = (name: string) =>
    bind && {
      observationChecks: [],
      traffic: {
        ...{ kind: 'dns-update' as const, server: '127.0.0.1', port: bind.port, zone: ZONE, name },
        key: { name: KEY_NAME, secret: 'dns-key' },
        records: { type: 'A' as const, source: ['10.0.0.5'], target: ['203.0.113.9'] },
        ...{ lowTtlSeconds: 1, waitMs: 0 },
      },
    };
  /** The only row that a report may name: each row is a JSON text of its own. */
  const rowOf = async (id: string, report: string) =>
    (await causeway.send(causeway.people.viewer, 'GET', `cutovers/${id}/reports/${report}/rows`)).body;
  const addressesOf = async (name: string) => (await bind?.dig(`${name}.${ZONE}`))?.values;

  const plan = async (id: string, more: object = {}): Promise<TestWorkload> => {
    for (const server of [source, target]) await runSql(server.url(), `CREATE DATABASE ${id}`);
    await runSql(
      source.url(id),
      DDL,
      "INSERT INTO notes (body) SELECT 'note ' || n FROM generate_series(1, 500) n",
    );
    Object.assign(causeway.secrets, { [`${id}-old`]: source.url(id), [`${id}-new`]: target.url(id) });
    const root = join(causeway.folder, 'workloads', id, 'files');
    return causeway.makeWorkload({
      id,
      plan: {
        method: 'online',
        stabilisationMs: 2_000,
        ...more,
        assets: [
          { id: 'files', kind: 'files', root, container: id },
          {
            id: 'notes',
            kind: 'postgres',
            source: { connection: `${id}-old` },
            target: { connection: `${id}-new` },
            ddl: { kind: 'supplied', sql: DDL },
          },
        ],
      },
    });
  };

  /** What somebody changes while the cutover is held: the last pass and the replication have to bring it. */
  const changeSource = async (id: string, workload: TestWorkload): Promise<void> => {
    expect(await workload.write('held/late.txt', 'written while held')).toBeLessThan(300);
    await runSql(source.url(id), "INSERT INTO notes (body) VALUES ('written while held')");
  };

  it('R126 R128 arrives with what was written until the switch, in both', async () => {
    const workload = await plan('together');
    const decide: Decide = async ({ gate }) => {
      if (gate === 'go-no-go') await changeSource('together', workload);
      return undefined;
    };
    await causeway.beginWave('wave-t', [workload]);
    const cutover = await causeway.drive(causeway.cutoverIdOf('wave-t', workload), undefined, decide);

    expect(cutover.status).toBe('completed');
    expect(cutover.switches).toMatchObject([{ number: 1, to: 'target', assetId: 'notes' }]);
    expect(await runSql(target.url('together'), ROWS)).toHaveLength(501);
    expect(await workload.read('held/late.txt', 'target')).toMatchObject({ servedFrom: 'target' });
    // What came while people decided was carried before the source was stopped.
    const last = cutover.stages.find(({ name }) => name === 'final-pass')?.evidence;
    expect(last?.facts['files']).toMatchObject({ passes: [{ phase: 'final', copiedItems: 0 }] });
    const began = Date.parse(cutover.outage.beganAt ?? '');
    const stopped = cutover.stages.find(({ name }) => name === 'stop-source');
    expect(began).toBeLessThanOrEqual(Date.parse(stopped?.endedAt ?? ''));
  });

  it('R53 R56 R135 R139 R147 comes back with what users wrote to the target, in both, is compared, and moves forward again once its container is emptied', async () => {
    const workload = await plan('returns', trafficOf('returns') ?? {});
    const differing: unknown[] = [];
    const decide: Decide = async ({ gate, stage, question }) => {
      if (gate === 'rollback-decision') return 'rollback';
      if (stage === 'undo-verify-rollback') {
        differing.push(question, await rowOf('wave-r--returns', 'returned.notes'));
        // Users are back: one of them puts the note right, and the side that follows learns of it.
        await runSql(source.url('returns'), "UPDATE notes SET body = 'note 7' WHERE id = 7");
        return 'retry';
      }
      if (gate !== 'sign-off') return undefined;
      if (bind) expect(await addressesOf('returns')).toEqual(['203.0.113.9']);
      expect(await workload.write('after/new.txt', 'written to the target', 'target')).toBeLessThan(300);
      await runSql(target.url('returns'), "INSERT INTO notes (body) VALUES ('written to the target')");
      await runSql(source.url('returns'), ...BEHIND_ITS_BACK);
      return 'reject';
    };
    await causeway.beginWave('wave-r', [workload]);
    const cutover = await causeway.drive(causeway.cutoverIdOf('wave-r', workload), undefined, decide);

    expect(cutover.status).toBe('rolled-back');
    expect(cutover.switches?.map(({ to }) => to)).toEqual(['target', 'source']);
    expect(differing).toEqual([
      expect.stringContaining('notes: 501 rows of 1 tables compared while live: 1 rows'),
      expect.objectContaining({
        ...{ kind: 'changed', key: { id: '7' } },
        columns: [{ name: 'body', source: 'not what it was', target: 'note 7' }],
      }),
    ]);
    const log = await causeway.log('cutovers', cutover.id);
    const [verified] = log.filter(({ kind }) => kind === 'rollback.verified');
    expect(verified?.summary).toContain('notes: 501 rows of 1 tables compared while live: all equal');
    // Nobody waited for it: the outage had ended with the switch.
    const back = cutover.switches?.at(-1)?.endedAt ?? '';
    expect(cutover.outageOnReturn.endedAt).toBe(back);
    const asked = log.find(({ kind }) => kind === 'rollback.step-failed');
    expect(Date.parse(asked?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(back));
    if (bind) expect(await bind.dig(`returns.${ZONE}`)).toEqual({ ttl: 2, values: ['10.0.0.5'] });
    expect(readFileSync(join(workload.root, 'after/new.txt'), 'utf8')).toBe('written to the target');
    const rows = await runSql(source.url('returns'), ROWS);
    expect(rows).toHaveLength(501);
    expect(rows).toEqual(await runSql(target.url('returns'), ROWS));
    expect(await workload.read('after/new.txt', 'source')).toMatchObject({ servedFrom: 'source' });
    expect(await workload.write('after/again.txt', 'the source takes writes', 'source')).toBeLessThan(300);

    await runSql(source.url('returns'), "INSERT INTO notes (body) VALUES ('before the second try')");
    await causeway.beginWave('wave-f', [workload]);
    const empty: Decide = async ({ gate, stage }) => {
      if (gate !== 'stage-failed' || stage !== 'verify-target') return undefined;
      for await (const { name } of workload.container.listBlobsFlat())
        await workload.container.deleteBlob(name);
      return 'retry';
    };
    const again = await causeway.drive(causeway.cutoverIdOf('wave-f', workload), undefined, empty);
    expect(again.status).toBe('completed');
    if (bind) expect(await addressesOf('returns')).toEqual(['203.0.113.9']);
    expect(await runSql(target.url('returns'), ROWS)).toHaveLength(502);
    for (const path of ['after/new.txt', 'after/again.txt'])
      expect(await workload.read(path, 'target')).toMatchObject({ servedFrom: 'target' });
  });
});
