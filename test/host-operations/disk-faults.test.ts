import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkFolder } from '../../host/storage/check/check-folder';
import { HostProcess } from '../support/host-process';

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** Only root may mount a small file system of its own. */
const mountSmall = (folder: string): boolean => {
  mkdirSync(folder, { recursive: true });
  return process.platform === 'linux' && run('mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder);
};

describe('the disk of a host', () => {
  const host = new HostProcess('durable');
  const isMounted = mountSmall(host.dataDir);
  const title = isMounted ? '' : ' (skipped: this machine lets nobody mount a small file system)';
  const proved = isMounted ? it : it.skip;
  const engineFile = path.join(host.dataDir, 'engine.db');
  const acknowledged: string[] = [];

  beforeAll(async () => {
    await host.start();
    await host.begin('WaitOne', {}, 'first');
    acknowledged.push('first');
  });
  afterAll(async () => {
    await host.kill();
    if (isMounted) run('umount', host.dataDir);
    await host.dispose();
  });

  /** Resolves with what the host said when it had gone. */
  const refusedToStart = async (): Promise<string> => {
    const error: unknown = await host.start().then(
      () => null,
      (reason: unknown) => reason,
    );
    await host.kill();
    return String(error);
  };
  const acknowledgedAreThere = async (): Promise<void> => {
    for (const id of acknowledged) expect(await host.status(id)).toMatchObject({ runtimeStatus: 'Running' });
  };

  proved(`may be full: the host ends and says so, and nothing acknowledged is lost${title}`, async () => {
    const filler = path.join(host.dataDir, 'filler');
    const { bavail, bsize } = statfsSync(host.dataDir);
    writeFileSync(filler, Buffer.alloc((bavail - 40) * bsize));
    await expect(
      (async () => {
        for (let n = 0; n < 10_000; n++)
          acknowledged.push(await host.begin('WaitOne', { padding: 'x'.repeat(2_000) }, `n${n}`));
      })(),
    ).rejects.toThrow();
    expect(await host.kill()).toBe(70);
    expect(host.stderr).toMatch(
      /cannot go on: \S+engine\.db: (database or disk is full|disk I\/O error)\. .*room/,
    );
    expect(host.stderr.match(/cannot go on/g)).toHaveLength(1);
    rmSync(filler);
    await host.start();
    await acknowledgedAreThere();
    expect(acknowledged.length).toBeGreaterThan(1);
  });

  proved(
    `may be read-only: the host says so and does not start, and the folder can be checked${title}`,
    async () => {
      await host.kill();
      expect(run('mount', '-o', 'remount,ro', host.dataDir)).toBe(true);
      expect(await refusedToStart()).toMatch(/read-only file system.*Let this user write/);
      expect(checkFolder(host.dataDir)).toMatchObject({ findings: [], isRunning: false });
      expect(run('mount', '-o', 'remount,rw', host.dataDir)).toBe(true);
      await host.start();
      await acknowledgedAreThere();
    },
  );

  it('may spoil pages: the host says which file and what to do, and goes on from a sound one', async () => {
    await host.kill('SIGTERM');
    const size = statSync(engineFile).size;
    const sound = new DatabaseSync(engineFile);
    sound.exec(`VACUUM INTO '${host.file('sound.db')}'`);
    sound.close();
    const descriptor = openSync(engineFile, 'r+');
    for (let at = 4096; at < size; at += 4096) writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, at);
    closeSync(descriptor);
    expect(await refusedToStart()).toMatch(
      /engine\.db: database disk image is malformed\. .*host:check.*backup/,
    );
    writeFileSync(engineFile, 'not a database at all, '.repeat(400));
    expect(await refusedToStart()).toMatch(/engine\.db: file is not a database\. .*host:check.*backup/);
    for (const left of ['-wal', '-shm']) rmSync(`${engineFile}${left}`, { force: true });
    spawnSync('cp', [host.file('sound.db'), engineFile]);
    await host.start();
    await acknowledgedAreThere();
    await host.kill('SIGTERM');
    const db = new DatabaseSync(engineFile);
    db.exec('UPDATE episode SET body = substr(body, 1, 30) WHERE seq = (SELECT min(seq) FROM episode)');
    db.close();
    expect(await refusedToStart()).toMatch(/engine\.db: episode \d+ is no JSON\. .*host:check/);
  });
});
