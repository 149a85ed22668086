import { lstat, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { bringBack, exportBackLog, type FilesContext } from '../../../../shared/movers/files';
import type * as FilesMover from '../../../../shared/movers/files';
import { SourceRoot } from '../../../../shared/movers/files/source-root';
import { walkTree } from '../../../../shared/movers/files/walk-tree';
import type { BlobTarget, BlobTargets } from '../../../../shared/ports/blob-target';
import { intercepted, KilledError } from '../../../support/failing-blobs';
import {
  blobService,
  collect,
  CONTAINER,
  filesAsset,
  filesContext,
  memoryJournal,
  runPass,
  temporaryFolder,
  verify,
  writeTree,
} from '../../../support/files-transfer';
import { KilledJournal } from '../../../support/killed-journal';

let service: { blobs: BlobTargets; stop(): Promise<void> };
let base: { path: string; remove(): Promise<void> };
let root = '';
let target: BlobTarget;
let prefixes = 0;
let prefix = '';
beforeAll(async () => {
  service = await blobService();
  target = service.blobs.container(CONTAINER);
});
afterAll(async () => service.stop());
beforeEach(async () => {
  base = await temporaryFolder();
  root = path.join(base.path, 'root');
  prefix = `t${(prefixes += 1)}/`;
});
afterEach(async () => base.remove());

const asset = () => filesAsset(root, { prefix, exclude: ['private'] });
const at = (name: string) => path.join(root, name);
const input = (pass = 1) => ({
  asset: asset(),
  transferId: 'transfer-1',
  failbackId: 'failback-1',
  pass,
  budgetMs: 60_000,
});
const failback = async (context: FilesContext, pass = 1) => {
  for (;;) {
    const result = await bringBack(context, input(pass));
    if (result.kind !== 'more') return result;
  }
};

/** What the application does on the target once users are there: no mark, no metadata of ours. */
async function write(name: string, content: string | Buffer): Promise<void> {
  const bytes = Buffer.from(content);
  const found = await target.properties(prefix + name);
  const condition =
    found === null ? ({ kind: 'absent' } as const) : ({ kind: 'etag', etag: found.etag } as const);
  const md5 = createHash('md5').update(bytes).digest('base64');
  await target.put(prefix + name, bytes, { condition, md5, metadata: {} });
}
async function remove(name: string): Promise<void> {
  const found = await target.properties(prefix + name);
  await target.remove(prefix + name, found?.etag ?? '');
}

const onSource = async (): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for await (const entry of walkTree(await SourceRoot.open(root), { exclude: [] })) {
    if (entry.kind === 'file') found[entry.path] = await readFile(at(entry.path), 'utf8');
  }
  return found;
};
/** Both sides equal, as when users move. */
async function moved(files: Record<string, string | Buffer>): Promise<FilesContext> {
  await writeTree(root, files);
  const context = filesContext(service.blobs);
  await runPass(context, asset(), 1);
  return context;
}

describe('bringing back what changed on the target', () => {
  it('R53 makes the source what the target is, in passes, and leaves alone what did not change', async () => {
    const context = await moved({ same: '1', 'folder/changed': '2', 'folder/gone': '3', becomes: '4' });
    const before = await lstat(at('same'));
    await write('folder/changed', 'two');
    await write('new/deep/file', 'five');
    await remove('folder/gone');
    await remove('becomes');
    await write('becomes/folder', 'six');
    expect(await failback(context)).toMatchObject({
      kind: 'done',
      summary: { pass: 1, items: 4, copiedItems: 3, deletedItems: 2, failedItems: 0, unsupportedItems: 0 },
    });
    expect(await onSource()).toEqual({
      same: '1',
      'folder/changed': 'two',
      'new/deep/file': 'five',
      'becomes/folder': 'six',
    });
    expect((await lstat(at('same'))).ctimeMs).toBe(before.ctimeMs);

    await write('new/deep/file', 'seven');
    expect(await failback(context, 2)).toMatchObject({ summary: { copiedItems: 1, deletedItems: 0 } });
    expect(await failback(context, 3)).toMatchObject({ summary: { copiedItems: 0, copiedBytes: 0 } });
    expect(await readFile(at('new/deep/file'), 'utf8')).toBe('seven');
    const proof = { verificationId: 'back', metadata: 'any', mode: 'read-back', sampleShare: 1 } as const;
    expect(await verify(context, asset(), 1, proof)).toMatchObject({ checkedItems: 4, differenceCount: 0 });
    await write('same', 'changed since');
    expect(await verify(context, asset(), 1, { ...proof, verificationId: 'later' })).toMatchObject({
      differences: [{ path: 'same', kind: 'size' }],
    });
  });

  it('R53 keeps mode and time of files, and takes back those that only got new metadata', async () => {
    const context = await moved({ tool: '#!/bin/sh', note: 'text' });
    const note = await target.properties(`${prefix}note`);
    const metadata = { ...note?.metadata, modtime: '1500000000123456000', permissions: String(0o100640) };
    await target.setMetadata(`${prefix}note`, metadata, note?.etag ?? '');
    await write('tool', '#!/bin/bash');
    const mode = (await lstat(at('tool'))).mode;
    expect(await failback(context)).toMatchObject({ summary: { copiedItems: 1, failedItems: 0 } });
    expect((await lstat(at('tool'))).mode).toBe(mode);
    const stats = await lstat(at('note'), { bigint: true });
    expect([stats.mtimeNs / 1_000n, Number(stats.mode) & 0o777]).toEqual([1_500_000_000_123_456n, 0o640]);
    const log = await collect(exportBackLog(context, input()));
    expect(log.map(({ result }) => result)).toEqual(['NoCopyNecessary', 'Transferred']);
  });

  it('R53 replaces and deletes nothing that somebody changed on the source', async () => {
    const context = await moved({ edited: 'old', deleted: 'old', both: 'old', 'private/x': 'secret' });
    await write('edited', 'by the target');
    await write('both', 'the same on both sides');
    await write('private/x', 'new there');
    await write('fresh', 'there');
    await remove('deleted');
    await writeTree(root, {
      edited: 'by us',
      deleted: 'by us',
      both: 'the same on both sides',
      fresh: 'here',
    });
    expect(await failback(context)).toMatchObject({
      summary: { copiedItems: 0, deletedItems: 0, failedItems: 4 },
    });
    expect(await onSource()).toEqual({
      edited: 'by us',
      deleted: 'by us',
      both: 'the same on both sides',
      fresh: 'here',
      'private/x': 'secret',
    });
    // Somebody decides: what is there may go. The next pass brings the rest.
    await writeTree(root, { edited: 'old' });
    expect(await failback(context, 2)).toMatchObject({ summary: { copiedItems: 1, failedItems: 3 } });
  });

  it.each(['too-many-deletes', 'all-items-gone'])(
    'R131 deletes nothing where it would be %s',
    async (code) => {
      const context = await moved({ a: '1', b: '2', c: '3' });
      for (const name of code === 'all-items-gone' ? ['a', 'b', 'c'] : ['a', 'b']) await remove(name);
      const strict = { ...context, limits: async () => TransferLimits.parse({ maxDeletes: 1 }) };
      expect(await failback(strict)).toMatchObject({ kind: 'refused', code });
      expect(Object.keys(await onSource())).toHaveLength(3);
      if (code === 'all-items-gone') return;
      expect(await failback(context)).toMatchObject({ kind: 'done', summary: { deletedItems: 2 } });
    },
  );
});

describe('a pass that nobody goes on with', () => {
  it('R53 after a refusal leaves the next one to look at the target anew', async () => {
    const context = await moved({ a: '1', b: '2' });
    const blob = Buffer.concat(await collect<Buffer>(await target.read(`${prefix}a`)));
    await remove('a');
    await remove('b');
    expect(await failback(context)).toMatchObject({ kind: 'refused' });
    await write('a', blob);
    expect(await failback(context, 2)).toMatchObject({
      kind: 'done',
      summary: { deletedItems: 1, failedItems: 0 },
    });
    expect(await onSource()).toEqual({ a: '1' });
  });

  it('R53 is followed by one that knows what it did', async () => {
    const context = await moved({ a: '1', z: '2' });
    await write('a', 'one');
    await write('z', 'two');
    const dying = intercepted(service.blobs, (operation, name, real) => {
      if (operation === 'read' && name.endsWith('z')) throw new KilledError('no connection');
      return real();
    });
    const limits = async () => TransferLimits.parse({ concurrencyPerSlice: 1 });
    await expect(failback({ ...context, blobs: dying, limits })).rejects.toThrow('no connection');
    expect(await onSource()).toMatchObject({ a: 'one', z: '2' });
    await write('a', 'uno');
    expect(await failback(context, 3)).toMatchObject({ summary: { copiedItems: 2, failedItems: 0 } });
    expect(await onSource()).toEqual({ a: 'uno', z: 'two' });
  });
});

describe('nothing outside the root', () => {
  it('R53 is written for names that no file of ours gets', async () => {
    const context = await moved({ file: '1' });
    const names = ['..%2Fout', 'a//b', '100%.txt', '%2E%2E/out', 'nul%00', `${'x'.repeat(256)}`];
    for (const name of names) await write(name, 'evil');
    expect(await failback(context)).toMatchObject({
      summary: { copiedItems: 0, unsupportedItems: names.length },
    });
    expect(await onSource()).toEqual({ file: '1' });
  });

  it('R53 is written through a folder that is a link now', async () => {
    const context = await moved({ 'folder/file': '1', other: '2' });
    const outside = path.join(base.path, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'file'), '1');
    await rename(at('folder'), path.join(base.path, 'away'));
    await symlink(outside, at('folder'));
    await write('folder/file', 'through');
    await write('folder/new', 'through');
    await write('folder/below/new', 'through');
    expect(await failback(context)).toMatchObject({ summary: { failedItems: 3, copiedItems: 0 } });
    expect(await readFile(path.join(outside, 'file'), 'utf8')).toBe('1');
    await expect(lstat(path.join(outside, 'below'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('R127 nor in a root that is another folder', async () => {
    const context = await moved({ file: '1' });
    await write('file', '2');
    await rename(root, path.join(base.path, 'away'));
    await mkdir(root);
    await expect(failback(context)).rejects.toMatchObject({ code: 'source-root-changed' });
  });
});

describe('a failback that is killed', () => {
  it('R121 at each write of the journal ends the same, with one line a file in the log', async () => {
    const journal = memoryJournal();
    const context = { ...(await moved({ a: '1', 'b/c': '2', d: '3', e: '4' })), journal };
    await runPass(context, asset(), 1, 'transfer-1');
    await write('a', 'one');
    await write('b/new', 'five');
    await remove('d');
    let kills = 0;
    for (let life = 0; ; life += 1) {
      const moment = life % 2 === 0 ? 'before' : 'after';
      try {
        await failback({ ...context, journal: new KilledJournal(journal, Math.floor(life / 2), moment) });
        break;
      } catch (error) {
        expect(String(error)).toContain('Killed');
        kills += 1;
      }
    }
    expect(kills).toBeGreaterThan(5);
    expect(await onSource()).toEqual({ a: 'one', 'b/c': '2', 'b/new': 'five', e: '4' });
    const log = await collect(exportBackLog(context, input()));
    expect(log.map((line) => line.path).sort()).toEqual(['a', 'b/new', 'd']);
  });

  it('R121 between two pieces of a large file goes on, in this process and in another', async () => {
    const large = Buffer.concat([1, 2, 3].map((n) => Buffer.alloc(8 * 2 ** 20, n)));
    const context = await moved({ large: 'small yet' });
    const slow = intercepted(service.blobs, async (operation, _, real) => {
      if (operation === 'read') await new Promise((resolve) => setTimeout(resolve, 200));
      return real();
    });
    const short = { ...input(), budgetMs: 150 };
    for (const content of [large, large.subarray(1)]) {
      await write('large', content);
      const pass = content === large ? 1 : 2;
      const slices: string[] = [];
      const step = async (back: typeof bringBack) => {
        const { kind } = await back({ ...context, blobs: slow }, { ...short, pass });
        slices.push(kind);
        return kind;
      };
      expect(await step(bringBack)).toBe('more');
      expect((await readFile(at('large'))).equals(content)).toBe(false);
      if (pass === 2) {
        await jest.isolateModulesAsync(async () => {
          const another = jest.requireActual<typeof FilesMover>('../../../../shared/movers/files');
          while ((await step(another.bringBack)) === 'more');
        });
      } else {
        while ((await step(bringBack)) === 'more');
      }
      expect(slices.length).toBeGreaterThan(2);
      expect((await readFile(at('large'))).equals(content)).toBe(true);
    }
    expect(Object.keys(await onSource())).toEqual(['large']);
  });

  it('R126 writes no file from pieces of two versions', async () => {
    const context = await moved({ file: 'old' });
    await write('file', Buffer.alloc(9 * 2 ** 20, 'a'));
    let reads = 0;
    const changing = intercepted(service.blobs, async (operation, _, real) => {
      if (operation === 'read' && (reads += 1) === 2) await write('file', Buffer.alloc(9 * 2 ** 20, 'b'));
      return real();
    });
    expect(await failback({ ...context, blobs: changing })).toMatchObject({ summary: { failedItems: 1 } });
    expect(await onSource()).toEqual({ file: 'old' });
    expect(await failback(context, 2)).toMatchObject({ summary: { copiedItems: 1, failedItems: 0 } });
    expect((await onSource())['file']).toBe('b'.repeat(9 * 2 ** 20));
  });
});
