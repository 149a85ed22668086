import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

describe('a drain that passes its limit', () => {
  const arrivals = path.join(tmpdir(), `causeway-arrivals-${process.pid}`);
  const host = new HostProcess('operations', { ARRIVALS_FILE: arrivals, DRAIN_LIMIT: '300', LINGER: '2500' });
  beforeAll(() => host.start());
  afterAll(async () => {
    await host.dispose();
    rmSync(arrivals, { force: true });
  });

  const begun = async (name: string): Promise<void> => {
    const metric = new RegExp(`causeway_invocations_running\\{function="${name}",[^}]*\\} 1`);
    while (!metric.test(String((await host.fetch('/runtime/metrics')).body))) await sleep(20);
  };

  it('ends in order, says so in one line, and what ends later is begun again at the next start', async () => {
    await host.fetch('/api/send?ms=1500');
    await host.begin('Calls', { name: 'Late', input: { ms: 1_500, from: 'activity' } }, 'late');
    await host.begin('Loops', 0, 'loops');
    await Promise.all([begun('Late'), begun('lateReader')]);
    expect(await host.kill('SIGTERM')).toBe(0);
    expect(host.stderr.split('\n').filter((line) => / (warn|error) /.test(line))).toEqual([
      expect.stringMatching(/ warn {2}The 0\.3 s for stopping are over: /),
    ]);
    await host.start();
    expect((await host.ended('late')).output).toBe('late');
    const arrived = (): string[] =>
      (existsSync(arrivals) ? readFileSync(arrivals, 'utf8') : '').trim().split('\n').sort();
    while (arrived().length < 2) await sleep(20);
    expect(arrived()).toEqual(['activity', 'message']);
  });
});
