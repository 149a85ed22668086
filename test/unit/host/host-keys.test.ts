import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '../../../host/host-keys';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('refuses a file of keys in which one is empty or missing: an empty key would open what it guards', () => {
  const keys = loadKeys(folder);
  const file = join(folder, 'keys.json');
  expect(loadKeys(folder)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  const spoilt = [
    [{ ...keys, function: '' }, '"function"'],
    [{ function: 'f', admin: 'a' }, '"system"'],
    [{ ...keys, functions: { hello: '' } }, '"functions.hello"'],
  ] as const;
  for (const [content, named] of spoilt) {
    writeFileSync(file, JSON.stringify(content));
    expect(() => loadKeys(folder)).toThrow(`${file}: ${named} must be a text that is not empty`);
  }
  writeFileSync(file, '{');
  expect(() => loadKeys(folder)).toThrow(`${file} is not valid JSON`);
});
