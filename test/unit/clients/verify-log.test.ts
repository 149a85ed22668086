import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendToChain, emptyLog, exportLog } from '../../../shared/domain/log-chain';

const root = join(__dirname, '../../..');
const drafts = ['Froze the source', 'Copied \u2028 and \ufffd', 'Announced'].map((summary) => ({
  at: '2026-11-21T08:00:00.000Z',
  kind: 'stage-ended',
  actor: 'ann',
  summary,
  facts: { files: 300 },
}));
const { entries, head } = appendToChain(emptyLog('cutover:x'), drafts);
const lines = exportLog('cutover:x', entries, head);

describe('verify-log', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-verify-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function verify(parameters: string[], input: string | Buffer = '') {
    const command = ['--require', join(root, 'test/support/run-typescript.js'), 'clients/verify-log/main.ts'];
    const run = spawnSync(process.execPath, [...command, ...parameters], {
      cwd: root,
      input,
      encoding: 'utf8',
    });
    return { status: run.status, stdout: run.stdout, stderr: run.stderr };
  }
  const file = (content: string | Buffer) => {
    const path = join(folder, 'log.jsonl');
    writeFileSync(path, content);
    return path;
  };

  it('R133 accepts an export, from a file or standard input, with or without a last line end', () => {
    const accepted = { status: 0, stdout: `ok: 3 entries, head ${head.hash}\n`, stderr: '' };
    expect(verify([file(`${lines.join('\n')}\n`)])).toEqual(accepted);
    expect(verify(['-'], lines.join('\n'))).toEqual(accepted);
  });

  it('R133 names the first wrong line', () => {
    const changed = `${lines.join('\n')}\n`.replace('"files":300', '"files":301');
    expect(verify([file(changed)])).toEqual({
      status: 1,
      stdout: 'line 2: the entry was changed: it does not have its hash\n',
      stderr: '',
    });
    const missing = lines.filter((_, index) => index !== 2).join('\n');
    expect(verify(['-'], missing)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^line 3: .*\n$/),
    });
    expect(verify(['-'], '')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^line 1: .*\n$/) });
    expect(verify(['-'], `${lines.join('\n')}\n\n`)).toMatchObject({
      status: 1,
      stdout: 'line 6: a line follows the closing line\n',
    });
  });

  it('R133 compares with the anchor that was kept when the log ended', () => {
    const at = '2026-11-21T12:00:00.000Z';
    const anchor = { format: 'causeway-log-anchor', version: 1, subject: 'cutover:x', ...head, at };
    const path = join(folder, 'anchor.json');
    const asked = () => verify(['-', '--anchor', path], lines.join('\n'));
    writeFileSync(path, JSON.stringify(anchor));
    const stdout = `ok: 3 entries, head ${head.hash}, as anchored at ${at} up to entry 3\n`;
    expect(asked()).toEqual({ status: 0, stdout, stderr: '' });
    writeFileSync(path, JSON.stringify({ ...anchor, hash: entries[0]?.hash }));
    expect(asked()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^line 4: .*made anew/) });
    writeFileSync(path, JSON.stringify(head));
    expect(asked()).toMatchObject({ status: 2, stderr: expect.stringContaining('not the anchor') });
  });

  it('R133 finds a byte that is not UTF-8 where the replacement character stood', () => {
    const [before = '', after = ''] = lines.join('\n').split('\ufffd');
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    expect(verify([file(bytes)])).toMatchObject({ status: 1, stdout: expect.stringMatching(/^line /) });
  });

  it('explains itself, and tells wrong usage from a wrong log', () => {
    expect(verify(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage:'),
      stderr: '',
    });
    for (const parameters of [[], ['a', 'b'], ['--unknown']]) {
      const run = verify(parameters);
      expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage:') });
    }
    expect(verify([join(folder, 'absent')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});
