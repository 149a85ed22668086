import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const ROOT = path.join(__dirname, '../..');
const SEEDS = 200;
const KILLS = 6;

interface Result {
  /** What the script found, in words; it says how to see it again. */
  readonly found: string;
  readonly totals: Record<string, unknown>;
}

/** An application cannot be loaded within jest, which has its own module registry. */
const run = async (...args: readonly (string | number)[]): Promise<Result> => {
  const main = ['--require', './test/support/run-typescript.js', 'test/simulator/main.ts'];
  const command = [...main, ...args.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    cwd: ROOT,
    maxBuffer: 2 ** 28,
  }).catch((error: { stdout: string; stderr: string }) => {
    if (error.stdout === '') throw new Error(error.stderr);
    return error;
  });
  const lines = stdout.trim().split('\n');
  const totals = JSON.parse(lines.pop() ?? '') as Record<string, unknown>;
  return { found: lines.join('\n'), totals };
};

describe('the durable engine with programs made up', () => {
  it('comes to what a model says, however it crashes around its commits', async () => {
    const { found, totals } = await run(1, SEEDS);
    expect(found).toBe('');
    expect(totals).toMatchObject({ seeds: SEEDS, failed: [] });
    expect(Number(totals['crashes'])).toBeGreaterThan(SEEDS);
    expect(Number(totals['refused'])).toBeGreaterThan(0);
  });

  it('comes to it in a process of its own that is killed at random moments', async () => {
    const { totals } = await run('--kills', KILLS);
    expect(totals).toMatchObject({ kills: KILLS, problems: [] });
  });
});
