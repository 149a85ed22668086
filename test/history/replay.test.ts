import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { ReplayVerdict } from './replay-history';

const RECORDED = join(__dirname, 'recorded');
const files = readdirSync(RECORDED).sort();
const CHANGES = ['an activity renamed', 'a timer more', 'an activity less', 'a child instead of an activity'];

/** Replays through the unmodified SDK in a process of its own; `change` '' is today's code. */
const replay = async (change: string, names: readonly string[]): Promise<Map<string, ReplayVerdict>> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--require',
    join(__dirname, '../support/run-typescript.js'),
    join(__dirname, 'replay-worker.ts'),
    change,
    ...names.map((name) => join(RECORDED, name)),
  ]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; verdict: ReplayVerdict });
  return new Map(lines.map(({ file, verdict }) => [basename(file), verdict]));
};

describe('recorded histories', () => {
  // An inspection asks one activity and ends: it has nothing to replay.
  it('are there for every orchestration', () => {
    const kinds = new Set(files.map((file) => file.split('.').at(-3)));
    expect([...kinds].sort()).toEqual(['cutover', 'provision', 'removal', 'rollback', 'transfer', 'wave']);
  });

  it("replay with today's orchestrations: the same tasks under the same names in the same order", async () => {
    const verdicts = await replay('', files);
    expect([...verdicts.keys()]).toEqual(files);
    for (const [file, verdict] of verdicts)
      expect({ file, ...verdict }).toMatchObject({ file, kind: 'same' });
  });

  it.each(CHANGES)('show %s', async (change) => {
    const names = files.filter((file) => file.includes('.rollback.'));
    const verdicts = await replay(change, names);
    expect(verdicts.size).toBe(names.length);
    for (const verdict of verdicts.values()) {
      expect(verdict.kind).toBe('differs');
      if (verdict.kind === 'differs') expect(verdict.recorded).not.toEqual(verdict.replayed);
    }
  });
});
