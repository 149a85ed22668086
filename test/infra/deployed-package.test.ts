import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { INFRA } from './bicep/read-infra';

const ROOT = join(INFRA, '..');

/** The patterns of .funcignore that this repository uses. As in .gitignore, one without a slash inside holds at any depth. */
const patterns = readFileSync(join(ROOT, '.funcignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const text = line.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
    const start = line.slice(0, -1).includes('/') ? '^' : '(^|/)';
    return new RegExp(`${start}${text}${line.endsWith('/') ? '' : '$'}`);
  });
const isLeftOut = (file: string): boolean => patterns.some((pattern) => pattern.test(file));

const resolveImport = (from: string, specifier: string): string => {
  const path = join(dirname(from), specifier);
  const found = [path, `${path}.ts`, join(path, 'index.ts')].find(
    (file) => existsSync(file) && statSync(file).isFile(),
  );
  if (found === undefined) throw new Error(`${from}: nothing at ${specifier}`);
  return found;
};

const IMPORTS = /(?:from|import|require\()\s*\(?'(\.\.?\/[^']*)'/g;

/** Every file that the application is built from, types included: the compiler reads those, too. */
const closure = (start: string): Set<string> => {
  const seen = new Set<string>();
  const queue = [start];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.ts')) continue;
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORTS))
      queue.push(resolveImport(file, specifier!));
  }
  return seen;
};

/** It does not prove that the build in Azure runs: infra/README.md says how that is proved. */
describe('R117 the package that azd uploads', () => {
  it('has every file that the application is built from', () => {
    const files = [...closure(join(ROOT, 'functions', 'app.ts'))].map((file) => relative(ROOT, file));
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter(isLeftOut)).toEqual([]);
  });

  it('has what builds and starts it', () => {
    const needed = [
      'host.json',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      '.npmrc',
    ];
    for (const file of needed) {
      expect(existsSync(join(ROOT, file))).toBe(true);
      expect({ file, isLeftOut: isLeftOut(file) }).toEqual({ file, isLeftOut: false });
    }
  });

  it('leaves out packages, data, secrets, tests and the host of one machine', () => {
    const others = [
      'node_modules/x/index.js',
      'data/store.db',
      'local.settings.json',
      'test/a.test.ts',
      'host/main.ts',
      'infra/main.bicep',
      '.git/HEAD',
    ];
    expect(others.filter((file) => !isLeftOut(file))).toEqual([]);
  });
});
