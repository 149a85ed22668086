import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FactThreads } from '../../../../shared/movers/files/fact-threads';
import { FolderListing } from '../../../../shared/movers/files/folder-listing';
import { comparePaths } from '../../../../shared/movers/files/item-path';
import { SourceRoot } from '../../../../shared/movers/files/source-root';
import type { WalkEntry } from '../../../../shared/movers/files/walk-entry';
import { walkTree } from '../../../../shared/movers/files/walk-tree';
import { collect, temporaryFolder } from '../../../support/files-transfer';

let source: { path: string; remove(): Promise<void> };
beforeEach(async () => {
  source = await temporaryFolder();
});
afterEach(async () => source.remove());

const walk = async (options: { exclude?: string[]; after?: string } = {}): Promise<WalkEntry[]> =>
  collect(walkTree(await SourceRoot.open(source.path), { exclude: [], ...options }));

/** More names than are looked at one by one, in two folders, with names that are no plain text among them. */
async function manyNames(): Promise<void> {
  for (const folder of ['a', 'b']) {
    await mkdir(path.join(source.path, folder));
    for (let n = 0; n < 1_200; n += 1) {
      await writeFile(path.join(source.path, folder, `file ${n}`), 'x'.repeat(n % 3));
    }
  }
  const bytes = Buffer.concat([Buffer.from(`${source.path}/b/`), Buffer.from([0x66, 0xff, 0x25])]);
  await writeFile(bytes, 'latin');
  await writeFile(path.join(source.path, 'b/ümlaut\n'), 'text');
  await symlink('/nowhere', path.join(source.path, 'b/link'));
  await mkdir(path.join(source.path, 'b/empty'));
  await writeFile(path.join(source.path, 'last'), '');
}

describe('a walk through many names', () => {
  it('R121 R124 finds each in order, whatever bytes it is made of, with the facts a look at it alone gives', async () => {
    await manyNames();
    const entries = await walk();
    const paths = entries.map((entry) => entry.path);
    expect(paths).toHaveLength(2_400 + 4 + 2 + 1);
    expect(paths).toEqual([...paths].sort(comparePaths));
    expect(paths).toEqual(expect.arrayContaining(['b/f%FF%25', 'b/ümlaut%0A', 'last']));
    expect(entries.filter(({ kind }) => kind !== 'file')).toMatchObject([
      { kind: 'folder', path: 'a', empty: false },
      { kind: 'folder', path: 'b', empty: false },
      { kind: 'folder', path: 'b/empty', empty: true },
      { kind: 'link', path: 'b/link', target: Buffer.from('/nowhere') },
    ]);
    // The first names are looked at one by one, the others by threads: both see the same.
    const alone = new Map((await walk({ after: 'b/file 9' })).map((entry) => [entry.path, entry]));
    expect(alone.size).toBeGreaterThan(100);
    expect(alone.size).toBeLessThan(1_000);
    for (const entry of entries) if (alone.has(entry.path)) expect(entry).toEqual(alone.get(entry.path));
  });

  it('R121 leaves out what vanished since its folder was read', async () => {
    await manyNames();
    const seen: string[] = [];
    for await (const entry of walkTree(await SourceRoot.open(source.path), { exclude: ['a/file 7'] })) {
      seen.push(`${entry.kind} ${entry.path}`);
      if (entry.path === 'a') await rm(path.join(source.path, 'b'), { recursive: true });
    }
    expect(seen).toContain('excluded a/file 7');
    expect(seen.filter((line) => line.includes(' b'))).toEqual([]);
    expect(seen.at(-1)).toBe('file last');
  });

  it('R127 tells of the folder that was opened, whatever its path leads to by then', async () => {
    const folder = path.join(source.path, 'größer');
    const names = Array.from({ length: 100 }, (_, n) => `file ${n + 100}`);
    const make = async (content: string) => {
      await mkdir(folder);
      for (const name of names) await writeFile(path.join(folder, name), content);
    };
    await make('12345');
    const threads = new FactThreads();
    for (const swapped of [false, true]) {
      const listing = await FolderListing.open(await SourceRoot.open(source.path), 'größer');
      if (swapped) {
        await rename(folder, path.join(source.path, 'away'));
        await make('1');
      }
      const sizes: unknown[] = [];
      while (await listing.more(threads))
        for (let found = listing.next(); found !== null; found = listing.next())
          sizes.push(found.problem ?? found.stat.sizeBytes);
      expect(sizes).toEqual(names.map(() => 5));
      await listing.close();
    }
    await threads.close();
  });
});
