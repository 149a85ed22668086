import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';
import { isUnreachable } from './tireless-people';

const PATIENCE_MS = 480_000;

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** A small file system of its own for the data folder: only root may mount one. */
function mountSmall(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  return process.platform === 'linux' && run('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder);
}

describe('a disk that is full', () => {
  const causeway = new Causeway({});
  const isMounted = mountSmall(causeway.dataDir);
  const filler = join(causeway.dataDir, 'filler');
  // Told apart in the report: where no file system can be mounted nothing is proved.
  const title = isMounted ? '' : ' (skipped: this machine lets nobody mount a small file system)';
  const proved = isMounted ? it : it.skip;
  let workload: TestWorkload;
  let id: string;

  beforeAll(async () => {
    if (!isMounted) return;
    await causeway.start();
    workload = await causeway.makeWorkload({ id: 'cramped' });
    id = causeway.cutoverIdOf('tight', workload);
    await causeway.beginWave('tight', [workload]);
    await causeway.openGate(`cutover:${id}`, 'statement', 'notify');
  });
  afterAll(async () => {
    await causeway.kill();
    if (isMounted) run('umount', causeway.dataDir);
    await causeway.stop();
  });

  const fillDisk = (): void => {
    const { bavail, bsize } = statfsSync(causeway.dataDir);
    expect(() => writeFileSync(filler, Buffer.alloc((bavail + 1) * bsize))).toThrow(/ENOSPC/);
  };

  /** Null where the host is gone. */
  const post = async (
    url: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<number | null> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      if (isUnreachable(error)) return null;
      throw error;
    }
  };

  proved(`answers no request with a promise it could not store${title}`, async () => {
    fillDisk();
    const asked = `${causeway.url}/api/cutovers/${id}/commands`;
    const status = await post(
      asked,
      { kind: 'hold', reason: 'x'.repeat(2_000) },
      { authorization: `Bearer ${causeway.people.operator.token}` },
    );
    expect(status === null || status >= 500).toBe(true);
  });

  proved(`ends the host, naming the cause, once the engine cannot store what happened${title}`, async () => {
    const { system } = JSON.parse(readFileSync(join(causeway.dataDir, 'keys.json'), 'utf8')) as {
      system: string;
    };
    const raise = `${causeway.url}/runtime/webhooks/durabletask/instances/cutover-${id}/raiseEvent/wake?taskHub=causeway&code=${encodeURIComponent(system)}`;
    const deadline = performance.now() + PATIENCE_MS;
    let answered: number | null = 0;
    while (answered !== null && performance.now() < deadline) {
      answered = await post(raise, { padding: 'x'.repeat(20_000) }, {});
      await sleep(100);
    }
    expect(answered).toBeNull();
    expect(causeway.complaint()).toMatch(/cannot go on.*(disk is full|disk I\/O error)/s);
  });

  proved(`goes on where it was once there is room again${title}`, async () => {
    rmSync(filler);
    await causeway.startHost();
    expect((await causeway.cutover(id)).commandsReceived).toBe(0);
    await causeway.answer(`cutover:${id}`, 'statement', 'confirm', 'notify');
    await causeway.openGate(`cutover:${id}`, 'statement', 'standby');
    await causeway.log('cutovers', id);
  });
});
