import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFileSet } from '../../../clients/demo/file-set';
import { filePathOf, itemPathOf, urlPathOf } from '../../../clients/demo/item-path';
import { hashTree } from '../../../clients/demo/tree-hash';
import { encodeSegment } from '../../../shared/movers/files/item-path';

const MODULES = join(__dirname, '../../../node_modules');
let data: string;

const build = (name: string, seed: number) =>
  buildFileSet({ root: join(data, name), from: MODULES, realFiles: 60, seed, largeMiB: [1] });

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'causeway-file-set-'));
});
afterEach(() => rmSync(data, { recursive: true }));

describe('A file set', () => {
  it('holds what it lists, real, empty, tiny, large, deep and awkwardly named', () => {
    const { files, root, totalBytes } = build('a', 1);
    for (const { path, sizeBytes, sha256 } of files) {
      const content = readFileSync(filePathOf(root, path));
      expect([path, content.length]).toEqual([path, sizeBytes]);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(files.filter(({ path }) => path.startsWith('library/'))).toHaveLength(60);
    expect(files.some(({ sizeBytes }) => sizeBytes === 0)).toBe(true);
    expect(files.some(({ sizeBytes }) => sizeBytes === 1 << 20)).toBe(true);
    expect(files.some(({ path }) => path.split('/').length > 40)).toBe(true);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    expect(totalBytes).toBe(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    expect(lstatSync(join(root, 'tiny/link-to-one-byte')).isSymbolicLink()).toBe(true);
  });

  it('names its files as the mover does', () => {
    const { files, root } = build('a', 1);
    for (const { path } of files) {
      const bytes = filePathOf(root, path).subarray(Buffer.byteLength(root) + 1);
      const segments = bytes.toString('latin1').split('/');
      expect(segments.map((segment) => encodeSegment(Buffer.from(segment, 'latin1'))).join('/')).toBe(path);
    }
  });

  it('is the same for a seed, has other real files for another, and is a copy', () => {
    const [one, same, other] = [build('a', 1), build('b', 1), build('c', 2)];
    expect(same.files).toEqual(one.files);
    const library = (set: typeof one) =>
      set.files.map(({ path }) => path).filter((path) => path.startsWith('library/'));
    expect(library(other).filter((path) => library(one).includes(path))).toEqual([]);
    const [first] = library(one);
    const original = join(MODULES, first!.slice('library/'.length));
    expect(statSync(join(one.root, first!)).ino).not.toBe(statSync(original).ino);
  });
});

describe('The hash of a tree', () => {
  it('is the same until a name, content, mode or time changes', () => {
    const { root } = build('a', 1);
    const [file, before] = [join(root, 'tiny/one-byte'), hashTree(root)];
    expect(hashTree(root)).toBe(before);
    const { mtime } = statSync(file);
    writeFileSync(file, '2');
    utimesSync(file, mtime, mtime);
    expect(hashTree(root)).not.toBe(before);
    writeFileSync(file, '1');
    expect(hashTree(root)).not.toBe(before);
    utimesSync(file, mtime, mtime);
    expect(hashTree(root)).toBe(before);
    writeFileSync(join(root, 'extra'), '');
    expect(hashTree(root)).not.toBe(before);
  });
});

describe('Paths in URLs', () => {
  it('come back as they were', () => {
    for (const { path } of build('a', 1).files) expect(itemPathOf(urlPathOf(path))).toBe(path);
  });

  it.each([
    '',
    '..',
    '.',
    'a/../b',
    'a//b',
    '%2E%2E',
    '%252E%252E/x',
    'a%2Fb',
    'a/%00',
    '%2500',
    '%252F',
    '%',
    '/a',
  ])('that name no file are none: %s', (path) => {
    expect(itemPathOf(path)).toBeNull();
  });
});
