import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const SUPPORT = path.join(__dirname, '../support');

(process.platform === 'linux' ? it : it.skip)(
  'a start that fails leaves nothing open, so the next one in its process meets its own trouble, and the process ends',
  async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'causeway-failed-start-'));
    const script = [path.join(SUPPORT, 'run-typescript.js'), path.join(SUPPORT, 'failed-starts.ts')] as const;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', ...script, dataDir]);
    rmSync(dataDir, { recursive: true });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { said: expect.stringMatching(/^Port \d+ is in use\.$/), left: [] },
      { said: expect.stringMatching(/^Port \d+ is in use\.$/), left: [] },
      { said: expect.stringContaining('there is no IANA time zone "Nowhere"'), left: [] },
      { said: expect.stringContaining('it registers no function'), left: [] },
    ]);
  },
);
