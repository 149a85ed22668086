import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../../package.json';
import type { TransferLimits } from '../../../shared/contracts/transfer';

const run = promisify(execFile);
const MOVE_FILES = path.join(__dirname, 'move-files.js');
const MEBIBYTE = 2 ** 20;

export interface Task {
  readonly kind: 'pass' | 'remember' | 'enumerate';
  readonly root: string;
  readonly journal: string;
  readonly connectionString?: string;
  readonly limits?: Partial<TransferLimits>;
}

export interface Figures {
  readonly items: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly rssMib: number;
}

/** The flags of Node that `npm start` runs with, so that memory is measured as the product takes it. */
const FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));

/** Does a task of the mover in a child process. */
export async function runTask(task: Task): Promise<Figures> {
  const { stdout } = await run(process.execPath, [...FLAGS, MOVE_FILES, JSON.stringify(task)]);
  const { items, bytes, seconds, maxRssBytes } = JSON.parse(stdout);
  return { items, bytes, seconds, rssMib: maxRssBytes / MEBIBYTE };
}

/** Runs another program, its output thrown away; the seconds it took. */
export async function timed(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const began = performance.now();
  await run('sh', ['-c', 'exec "$@" > /dev/null', 'sh', program, ...args], {
    env: { ...process.env, ...env },
  });
  return (performance.now() - began) / 1_000;
}

export async function isInstalled(program: string): Promise<boolean> {
  try {
    await run(program, ['--version']);
    return true;
  } catch {
    return false;
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
};
