import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  backUpSource,
  copyPart,
  enumerateSource,
  exportItemLog,
  finishPass,
} from '../../../../shared/movers/files';
import type { ItemLine } from '../../../../shared/movers/files/pass-journal';
import { SourceRoot } from '../../../../shared/movers/files/source-root';
import { walkTree } from '../../../../shared/movers/files/walk-tree';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import {
  blobService,
  collect,
  CONTAINER,
  contentOf,
  filesAsset,
  filesContext,
  runPass,
  temporaryFolder,
  writeTree,
} from '../../../support/files-transfer';

const SECRET = 'what lies outside';
let service: { blobs: BlobTargets; stop(): Promise<void> };
let base: { path: string; remove(): Promise<void> };
let root = '';
let outside = '';
let prefixes = 0;
let prefix = '';
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());
beforeEach(async () => {
  base = await temporaryFolder();
  root = path.join(base.path, 'root');
  outside = path.join(base.path, 'outside');
  prefix = `t${(prefixes += 1)}/`;
  await writeTree(root, { 'folder/file': 'inside', plain: 'inside' });
  await writeTree(outside, { file: SECRET, plain: SECRET });
});
afterEach(async () => base.remove());

const input = (pass: number) => ({
  asset: filesAsset(root, { prefix }),
  transferId: 'transfer-1',
  pass,
});
const texts = async () =>
  [...(await contentOf(service.blobs.container(CONTAINER), prefix)).values()].map(String);

/** Enumerates, changes the tree, copies: what a swap between looking and opening can do. */
async function copyAfter(change: () => Promise<unknown>) {
  const context = filesContext(service.blobs);
  await enumerateSource(context, input(1));
  await change();
  await copyPart(context, { ...input(1), part: 1, budgetMs: 10_000 });
  await finishPass(context, input(1));
  return collect(exportItemLog(context.journal, 'transfer-1'));
}

describe('nothing outside the root', () => {
  it('R121 is read through a folder that was swapped for a link', async () => {
    const log = await copyAfter(async () => {
      await rm(path.join(root, 'folder'), { recursive: true });
      await symlink(outside, path.join(root, 'folder'));
    });
    expect(log).toMatchObject([
      { path: 'folder/file', result: 'Failed', reason: 'its folder was swapped' },
      { path: 'plain', result: 'Transferred' },
    ]);
    expect(await texts()).toEqual(['inside']);
  });

  it('R121 is read through a file that was swapped for a link', async () => {
    const log = await copyAfter(async () => {
      await rm(path.join(root, 'plain'));
      await symlink(path.join(outside, 'plain'), path.join(root, 'plain'));
    });
    expect(log[1]).toMatchObject({
      path: 'plain',
      result: 'Failed',
      reason: 'something else took its place',
    });
    expect(await texts()).toEqual(['inside']);
  });

  it('R121 is read through a folder that was moved away and linked to', async () => {
    const log = await copyAfter(async () => {
      await rename(path.join(root, 'folder'), path.join(outside, 'moved'));
      await symlink(path.join(outside, 'moved'), path.join(root, 'folder'));
    });
    expect(log[0]).toMatchObject({ path: 'folder/file', result: 'Failed' });
  });

  it.each(['../outside/file', 'folder/../../outside/file', '/etc/passwd', '%2E%2E/outside/file'])(
    'R121 is read for a journal line that names %s',
    async (escape) => {
      const context = filesContext(service.blobs);
      await enumerateSource(context, input(1));
      const stat = { sizeBytes: 1, mtimeNs: '1', ctimeNs: '1', inode: '1', mode: 33_188, uid: 0, gid: 0 };
      const line: ItemLine = { action: 'copy', path: escape, stat, note: null, prior: null, doubted: false };
      await context.journal.append('transfer-1', '00001/items/000001', 2, [line]);
      const copy = copyPart(context, { ...input(1), part: 1, budgetMs: 10_000 });
      await expect(copy).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await texts()).not.toContain(SECRET);
    },
  );

  it('R121 is listed when a folder is swapped for a link while walking', async () => {
    const seen: string[] = [];
    await writeTree(root, { 'a-first': '' });
    const walk = walkTree(await SourceRoot.open(root), { exclude: [] });
    for await (const entry of walk) {
      seen.push(`${entry.kind} ${entry.path}`);
      if (entry.path !== 'a-first') continue;
      await rename(path.join(root, 'folder'), path.join(base.path, 'away'));
      await symlink(outside, path.join(root, 'folder'));
    }
    expect(seen).toEqual(['file a-first', 'link folder', 'file plain']);
  });

  it('R98 is backed up through a link', async () => {
    await symlink(outside, path.join(root, 'link'));
    const context = filesContext(service.blobs);
    const backup = {
      asset: filesAsset(root),
      transferId: 'transfer-1',
      attempt: 1,
      backupId: `b${prefixes}`,
      container: CONTAINER,
      budgetMs: 10_000,
    };
    expect(await backUpSource(context, backup)).toMatchObject({ kind: 'done', items: 2 });
    const packs = await contentOf(service.blobs.container(CONTAINER), `b${prefixes}/packs/`);
    expect([...packs.values()].map(String)).toEqual(['insideinside']);
  });

  it('R121 is opened, not even a pipe that was put in a file’s place', async () => {
    const { execFileSync } = await import('node:child_process');
    const log = await copyAfter(async () => {
      await rm(path.join(root, 'plain'));
      execFileSync('mkfifo', [path.join(root, 'plain')]);
    });
    expect(log[1]).toMatchObject({ path: 'plain', result: 'Failed', reason: 'no file any more' });
  });
});

it('R121 a root that is a link is resolved once and then is the root', async () => {
  await symlink(root, path.join(base.path, 'link'));
  const context = filesContext(service.blobs);
  const asset = filesAsset(path.join(base.path, 'link'), { prefix });
  expect(await runPass(context, asset, 1)).toMatchObject({ copiedItems: 2, failedItems: 0 });
});

it('R121 folders that vanish while walking are left out, and what follows is not', async () => {
  await mkdir(path.join(root, 'b'));
  await writeFile(path.join(root, 'b/file'), '');
  const seen: string[] = [];
  for await (const entry of walkTree(await SourceRoot.open(root), { exclude: [] })) {
    seen.push(entry.path);
    if (entry.path === 'b/file') await rm(path.join(root, 'folder'), { recursive: true });
  }
  expect(seen).toEqual(['b', 'b/file', 'plain']);
});
