import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../../clients/cli/run-cli';

async function causeway(...args: string[]) {
  let out = '';
  let error = '';
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  };
  return { exitCode: await runCli(args, {}, streams), out, error };
}

const RESTORE = ['backups', 'restore', 'backup-wave--shop/manifest.jsonl'];
const SHA256 = ['--sha256', 'ab'.repeat(32)];

describe('backups restore', () => {
  it('R99 says what it takes, and where to', async () => {
    const help = await causeway('backups', '--help');
    expect(help.out).toContain('backups restore MANIFEST --sha256 HASH');
    expect(help.out).toContain('--to-database FILE');
    expect(await causeway('backups', 'restore')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('name of the manifest'),
    });
    expect(await causeway(...RESTORE, '--to-folder', 'x')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('--sha256 is missing'),
    });
    for (const to of [[], ['--to-folder', 'x', '--to-database', 'y']])
      expect(await causeway(...RESTORE, ...SHA256, ...to)).toMatchObject({
        exitCode: 2,
        error: expect.stringContaining('give one of --to-folder and --to-database'),
      });
  });

  it('R99 looks at the form of the hash before anything else', async () => {
    for (const hash of ['abc', 'AB'.repeat(32)])
      expect(await causeway(...RESTORE, '--sha256', hash, '--to-folder', 'x')).toMatchObject({
        exitCode: 2,
        error: expect.stringMatching(/^causeway: --sha256 is 64 hexadecimal digits.*see --help\n$/),
      });
  });

  it('R99 names the file it cannot read a connection string from, and the storage account it was not given', async () => {
    expect(await causeway(...RESTORE, ...SHA256, '--to-database', '/nowhere')).toMatchObject({
      exitCode: 4,
      error: expect.stringContaining('/nowhere (ENOENT)'),
    });
    expect(await causeway(...RESTORE, ...SHA256, '--to-folder', 'x')).toEqual({
      exitCode: 1,
      out: '',
      error: expect.stringMatching(/^causeway: nothing was restored: no storage account: .*\n$/),
    });
  });
});
