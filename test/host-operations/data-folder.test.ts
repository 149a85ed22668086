import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backupFolder } from '../../host/storage/backup/backup-folder';
import { checkFolder, type FolderReport } from '../../host/storage/check/check-folder';
import { HostProcess } from '../support/host-process';

const TOOL = ['--require', path.join(__dirname, '../support/run-typescript.js')];
const tool = (
  name: 'check' | 'backup',
  ...args: string[]
): { status: number | null; out: string; err: string } => {
  const file = path.join(__dirname, `../../host/storage/${name}/main.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...TOOL, file, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
};

/** Every file with the hash of its content. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(path.join(folder, name)))
          .digest('hex'),
      ]),
  );

describe('the data folder of a host', () => {
  const host = new HostProcess('durable');
  const folder = mkdtempSync(path.join(tmpdir(), 'causeway-folder-'));
  const copy = path.join(folder, 'copy');
  let copies = 0;

  beforeAll(async () => {
    await host.start();
    mkdirSync(path.join(host.dataDir, 'bodies'));
    writeFileSync(path.join(host.dataDir, 'bodies/large.json'), '{}');
    for (let n = 0; n < 4; n++) {
      await host.run('FanOut');
      await host.run('CountsTo2', { n: 0 });
      await host.begin('WaitTwice', {}, `waits-${n}`);
      await host.raise(`waits-${n}`, 'Go', 1);
      await host.begin('Sleeps', { ms: 60_000 }, `sleeps-${n}`);
      await host.begin('CallsChild', { name: 'WaitOne', input: n, times: 1 }, `parent-${n}`);
    }
    await host.run('ActivityThrowsUncaught');
    await host.run('Counts');
    await host.begin('LocksAndWaits', { keys: ['locked'] }, 'holds');
    await host.until('holds', ({ customStatus }) => customStatus === 'locked');
    await host.run('SignalsOnly', { key: 'locked', value: 1 });
    await host.begin('WaitOne', {}, 'ended');
    await host.durable('POST', 'instances/ended/terminate?reason=enough');
    await host.ended('ended');
  });
  afterAll(async () => {
    await host.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The findings for a copy of the copy in which something was spoilt. */
  const spoilt = (spoil: (db: DatabaseSync) => void): FolderReport => {
    const other = path.join(folder, `spoilt-${copies++}`);
    cpSync(copy, other, { recursive: true });
    const db = new DatabaseSync(path.join(other, 'engine.db'));
    db.exec('PRAGMA journal_mode = DELETE');
    spoil(db);
    db.close();
    return checkFolder(other);
  };
  const firstNo = (db: DatabaseSync, id: string): number =>
    Number(db.prepare('SELECT no FROM instance WHERE id = ?').get(id)?.no);

  it('is checked while the host works on it, and nothing is found', async () => {
    const report = checkFolder(host.dataDir);
    expect(report.findings).toEqual([]);
    expect(report.isRunning).toBe(true);
    expect(report.engine?.instances).toMatchObject({ Failed: 1, Terminated: 1 });
    expect(tool('check', host.dataDir)).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /on which a host works\n {2}engine\.db {2}whole: schema \d+; .*episodes\nNothing is wrong/,
      ),
    });
  });

  it('is copied while instances begin and end, and a host goes on from the copy', async () => {
    const load = Promise.all(
      Array.from({ length: 60 }, async (_, n) => host.run('Hello5', { tag: `t${n}` })),
    );
    const outcome = await backupFolder(host.dataDir, copy);
    await load;
    expect(outcome).toMatchObject({ kind: 'done', check: { findings: [], isRunning: false } });
    expect(Object.keys(contentOf(copy)).sort()).toEqual(['bodies/large.json', 'engine.db', 'keys.json']);
    expect(statSync(path.join(copy, 'keys.json')).mode & 0o077).toBe(0);
    const restored = path.join(folder, 'restored');
    cpSync(copy, restored, { recursive: true });
    const second = new HostProcess('durable', { DATA_DIR: restored });
    await second.start();
    expect(second.keys).toEqual(host.keys);
    const begun = (await second.durable('GET', 'instances/?instanceIdPrefix=i&top=1000')).body as {
      instanceId: string;
    }[];
    for (const { instanceId } of begun)
      expect(['Completed', 'Failed']).toContain((await second.ended(instanceId)).runtimeStatus);
    await second.raise('waits-0', 'Go', 2);
    expect((await second.ended('waits-0')).output).toEqual([1, 2]);
    await second.dispose();
    expect(checkFolder(restored).findings).toEqual([]);
  });

  it('is checked and copied after a kill without a byte of it being changed', async () => {
    await host.kill();
    const before = contentOf(host.dataDir);
    expect(statSync(path.join(host.dataDir, 'engine.db-wal')).size).toBeGreaterThan(0);
    expect(checkFolder(host.dataDir)).toMatchObject({ findings: [], isRunning: false });
    const outcome = await backupFolder(host.dataDir, path.join(folder, 'stopped'));
    expect(outcome).toMatchObject({ kind: 'done' });
    const { 'engine.db-shm': _, ...after } = contentOf(host.dataDir);
    expect(before).toMatchObject(after);
    expect(Object.keys(contentOf(copy)).sort()).toEqual(['bodies/large.json', 'engine.db', 'keys.json']);
  });

  it.each<[string, string, RegExp, (db: DatabaseSync) => void]>([
    [
      'an episode of nobody',
      'reference-broken',
      /does not exist/,
      (db) => db.exec("DELETE FROM instance WHERE id = 'sleeps-0'"),
    ],
    [
      'the state of an entity',
      'value-unreadable',
      /its state is no JSON/,
      (db) => db.exec("UPDATE entity SET state = '{'"),
    ],
    [
      'a message under way',
      'value-unreadable',
      /message \d+ to it is no JSON/,
      (db) => db.exec("UPDATE message SET body = '{'"),
    ],
    [
      'a history that is gone',
      'history-broken',
      /no history/,
      (db) => db.exec(`DELETE FROM episode WHERE instance = ${firstNo(db, 'waits-1')}`),
    ],
    [
      'an episode twice',
      'history-broken',
      /is scheduled twice/,
      (db) =>
        db.exec(
          `INSERT INTO episode (instance, body) SELECT instance, body FROM episode WHERE instance = ${firstNo(db, 'sleeps-1')}`,
        ),
    ],
    [
      'an episode left out',
      'history-broken',
      /does not begin with ExecutionStarted|without having been scheduled/,
      (db) =>
        db.exec(
          `DELETE FROM episode WHERE seq = (SELECT min(seq) FROM episode WHERE instance = ${firstNo(db, 'waits-1')})`,
        ),
    ],
    [
      'a status that its history does not have',
      'history-broken',
      /is Completed, but its history has no end/,
      (db) => db.exec("UPDATE instance SET status = 'Completed' WHERE id = 'waits-1'"),
    ],
    [
      'an end that its instance does not have',
      'history-broken',
      /ends as Terminated/,
      (db) => db.exec("UPDATE instance SET status = 'Running' WHERE id = 'ended'"),
    ],
    [
      'another output',
      'history-broken',
      /another output/,
      (db) => db.exec("UPDATE instance SET output = '1' WHERE id = 'ended'"),
    ],
    [
      'another name',
      'history-broken',
      /another name/,
      (db) => db.exec("UPDATE instance SET name = 'Other' WHERE id = 'waits-1'"),
    ],
    [
      'a text that is no JSON',
      'history-broken',
      /no JSON object/,
      (db) => db.exec('UPDATE episode SET body = substr(body, 1, 40)'),
    ],
    [
      'an input that is no JSON',
      'value-unreadable',
      /input is no JSON/,
      (db) => db.exec("UPDATE instance SET input = '{' WHERE id = 'waits-1'"),
    ],
    [
      'a child of another parent',
      'reference-broken',
      /did not start it/,
      (db) => db.exec("UPDATE instance SET parentTaskId = 7 WHERE parentId = 'parent-1'"),
    ],
    [
      'half a parent',
      'reference-broken',
      /only in part/,
      (db) => db.exec("UPDATE instance SET parentExecutionId = NULL WHERE parentId = 'parent-1'"),
    ],
    [
      'a later schema',
      'schema-version',
      /schema version is 999/,
      (db) => db.exec('PRAGMA user_version = 999'),
    ],
  ])('is found to hold %s', (_, code, message, spoil) => {
    const { findings } = spoilt(spoil);
    expect(findings).toContainEqual(
      expect.objectContaining({ file: 'engine.db', code, message: expect.stringMatching(message) }),
    );
  });

  it('is found to be damaged where pages were overwritten, and no backup of it appears', async () => {
    const other = path.join(folder, 'overwritten');
    cpSync(copy, other, { recursive: true });
    const file = path.join(other, 'engine.db');
    for (const at of [statSync(file).size - 4096 * 3, 0]) {
      const descriptor = openSync(file, 'r+');
      writeSync(descriptor, Buffer.alloc(8192, 0x5a), 0, 8192, at);
      closeSync(descriptor);
      const { status, out } = tool('check', other, '--json');
      expect(status).toBe(1);
      expect((JSON.parse(out) as FolderReport).findings[0]).toMatchObject({
        file: 'engine.db',
        code: 'file-damaged',
      });
      const target = path.join(folder, `of-damaged-${at}`);
      const backedUp = tool('backup', other, target);
      expect([1, 70]).toContain(backedUp.status);
      expect(() => statSync(target)).toThrow(/ENOENT/);
    }
  });

  it('says of bad input what would be right', () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    expect(tool('check')).toMatchObject({
      status: 2,
      err: 'causeway: DIR must be said, and nothing else. --help shows what can be said.\n',
    });
    expect(tool('check', path.join(folder, 'none'))).toMatchObject({
      status: 2,
      err: expect.stringContaining('There is no folder'),
    });
    expect(tool('check', '--loud', folder).status).toBe(2);
    expect(tool('check', empty)).toMatchObject({
      status: 1,
      out: expect.stringContaining('no host ever started'),
    });
    expect(tool('backup', copy, host.dataDir)).toMatchObject({
      status: 2,
      err: expect.stringContaining('not empty'),
    });
    expect(tool('backup', copy, path.join(copy, 'inside'))).toMatchObject({ status: 2 });
    expect(tool('backup', '--help')).toMatchObject({ status: 0, out: expect.stringContaining('TARGET') });
    expect(execFileSync('ls', [empty], { encoding: 'utf8' })).toBe('');
  });
});
