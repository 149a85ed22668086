import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.join(__dirname, '../..');
const SEEDS = 300;

/** An application cannot be loaded within jest, which has its own module registry. */
const run = async (
  ...args: readonly string[]
): Promise<{ summary: Record<string, unknown>; output: string }> => {
  const script = ['--require', './test/support/run-typescript.js', 'test/simulator/main.ts', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, script, {
    cwd: ROOT,
    maxBuffer: 2 ** 28,
  }).catch((error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stderr}\n${error.stdout}` }));
  return {
    summary: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>,
    output: stdout,
  };
};

describe('the durable engine under simulation', () => {
  it('comes to what a model says, whatever it runs and whenever it crashes', async () => {
    const { summary, output } = await run('1', String(SEEDS));
    expect(summary['failed'] === undefined ? output : summary).toMatchObject({ seeds: SEEDS, failed: [] });
    expect(Number(summary['crashes'])).toBeGreaterThan(SEEDS);
  });
});
