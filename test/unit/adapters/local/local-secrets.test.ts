import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalSecrets } from '../../../../shared/adapters/local/local-secrets';

describe('LocalSecrets', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-secrets-'));
    file = join(folder, 'secrets.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (text: string, mode = 0o600) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };

  it('reads the environment first, then the file', async () => {
    write('{"hook-key":"from file","other":"also"}');
    const secrets = new LocalSecrets(file, { CAUSEWAY_SECRET_HOOK_KEY: 'from environment' });
    expect(await secrets.read('hook-key')).toBe('from environment');
    expect(await secrets.read('other')).toBe('also');
  });

  it('sees a rotated secret', async () => {
    const secrets = new LocalSecrets(file, {});
    write('{"key":"old"}');
    expect(await secrets.read('key')).toBe('old');
    write('{"key":"new"}');
    expect(await secrets.read('key')).toBe('new');
  });

  it('names a missing secret and where to put it', async () => {
    const missing = { code: 'secret-missing', message: expect.stringContaining('CAUSEWAY_SECRET_HOOK_KEY') };
    await expect(new LocalSecrets(file, {}).read('hook-key')).rejects.toMatchObject(missing);
    write('{"hook-key":""}');
    await expect(new LocalSecrets(file, {}).read('hook-key')).rejects.toMatchObject(missing);
    await expect(new LocalSecrets(file, {}).read('constructor')).rejects.toMatchObject({
      code: 'secret-missing',
    });
  });

  it.each(['644', '640', '604', '620', '601'])(
    'refuses a file of mode %s, which others may open',
    async (mode) => {
      write('{"key":"hunter2"}', Number.parseInt(mode, 8));
      const refused = new LocalSecrets(file, {}).read('key');
      await expect(refused).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('chmod 600'),
      });
    },
  );

  it.each(['{"key":"hunter2"', '{"key":{"hunter2":1}}', '["hunter2"]', '"hunter2"', ''])(
    'shows no value of the file %j in its error, nor in the cause',
    async (text) => {
      write(text);
      const error: unknown = await new LocalSecrets(file, {}).read('key').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'invalid-input' });
      expect(
        error instanceof Error && [error.message, error.stack, String(error.cause)].join(),
      ).not.toContain('hunter2');
    },
  );

  it.each(['', '../key', 'a b', '1st', 'a'.repeat(128), 'A_B'])('refuses the name %j', async (name) => {
    await expect(new LocalSecrets(file, {}).read(name)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
