import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chmod, mkdir, readFile, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  backUpSource,
  restoreBackup,
  sourceFingerprint,
  type BackupInput,
  type BackupResult,
  type FilesContext,
  type FingerprintInput,
} from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { failingAt } from '../../../support/failing-blobs';
import {
  blobService,
  collect,
  CONTAINER,
  filesAsset,
  filesContext,
  temporaryFolder,
  writeTree,
} from '../../../support/files-transfer';

let service: { blobs: BlobTargets; stop(): Promise<void> };
let source: { path: string; remove(): Promise<void> };
let restored: { path: string; remove(): Promise<void> };
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());
beforeEach(async () => {
  source = await temporaryFolder();
  restored = await temporaryFolder();
});
afterEach(async () => {
  await source.remove();
  await restored.remove();
});

/** Modes, sizes, times to the microsecond, link targets and content hashes of everything, as the system's own tools see them. */
const listing = (root: string): string => {
  const script = `find . -mindepth 1 \\( -type f -o -type d -o -type l \\) -printf '%P\\t%y\\t%m\\t%l\\t' \\
    \\( -type d -printf '\\n' -o -printf '%s\\t%T@\\n' \\) | sed -E 's/(\\.[0-9]{6})[0-9]+$/\\1/' | LC_ALL=C sort
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum`;
  return execFileSync('bash', ['-c', script], { cwd: root, maxBuffer: 2 ** 26 }).toString();
};

async function awkwardTree(root: string): Promise<void> {
  await writeTree(root, {
    empty: '',
    'deep/er/leaf.txt': 'leaf',
    'naïve/日本語.txt': 'Unicode',
    'per%cent': 'a',
    'per%25cent': 'b',
    'dot.': 'c',
    'large.bin': Buffer.alloc(3_000_000, 'large'),
    ...Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`many/${n}`, `content ${n}`])),
  });
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), 'no UTF-8');
  await mkdir(path.join(root, 'hollow'), { mode: 0o711 });
  await symlink('../deep/naïve', path.join(root, 'deep/link'));
  await chmod(path.join(root, 'deep/er/leaf.txt'), 0o4750);
  await chmod(path.join(root, 'deep/er'), 0o550);
  await utimes(path.join(root, 'empty'), 1_000_000_000.123456, 1_000_000_000.123456);
}

const md5 = (content: string): string => createHash('md5').update(content).digest('base64');

const backupInput = (root: string, backupId: string, more: Partial<BackupInput> = {}): BackupInput => ({
  asset: filesAsset(root),
  transferId: 'transfer-1',
  attempt: 1,
  backupId,
  container: CONTAINER,
  budgetMs: 60_000,
  ...more,
});

let looks = 0;
const look = (context: FilesContext, root: string, more: Partial<FingerprintInput> = {}) =>
  sourceFingerprint(context, {
    asset: filesAsset(root),
    transferId: 'transfer-1',
    fingerprintId: `look-${(looks += 1)}`,
    budgetMs: 60_000,
    ...more,
  });

async function backUp(context: FilesContext, input: BackupInput) {
  let result: BackupResult;
  do result = await backUpSource(context, input);
  while (result.kind === 'more');
  if (result.kind !== 'done') throw new Error(JSON.stringify(result));
  return result;
}

describe('backUpSource and restoreBackup', () => {
  it('R98 R99 R103 give back the same tree: content, names, modes, times, links', async () => {
    await awkwardTree(source.path);
    const context = filesContext(service.blobs);
    const backup = await backUp(context, backupInput(source.path, 'whole'));
    expect(backup).toMatchObject({ kind: 'done', items: 58, packs: 1 });

    expect(await restoreBackup(context, { backup, toFolder: restored.path })).toEqual({
      items: backup.items,
      bytes: backup.bytes,
    });
    expect(listing(restored.path)).toBe(listing(source.path));
    const [before, after] = await Promise.all([source, restored].map(({ path }) => look(context, path)));
    expect(after).toEqual(before);
    expect(before).toMatchObject({ kind: 'done', sha256: backup.fingerprint });
  });

  it('R99 spreads files over packs of limited size', async () => {
    await awkwardTree(source.path);
    const context = filesContext(service.blobs);
    const packBytes = 700_000;
    const backup = await backUp(context, backupInput(source.path, 'packs', { packBytes }));
    expect(backup.packs).toBe(6);
    const blobs = await collect(service.blobs.container(CONTAINER).list('packs/packs/'));
    expect(Math.max(...blobs.map(({ sizeBytes }) => sizeBytes))).toBeLessThanOrEqual(packBytes);
    await restoreBackup(context, { backup, toFolder: restored.path });
    expect(listing(restored.path)).toBe(listing(source.path));
  });

  it('R99 goes on after every kill and returns the same when repeated', async () => {
    await awkwardTree(source.path);
    const input = backupInput(source.path, 'killed', { packBytes: 700_000 });
    const context = filesContext(service.blobs);
    let kills = 0;
    for (let call = 1; ; call += 1) {
      const failing = failingAt(service.blobs, call % 5, call % 2 === 0 ? 'before' : 'after');
      try {
        const backup = await backUp({ ...context, blobs: failing }, input);
        expect(kills).toBeGreaterThan(2);
        expect(await backUpSource(context, input)).toEqual(backup);
        await restoreBackup(context, { backup, toFolder: restored.path });
        break;
      } catch (error) {
        expect(String(error)).toContain('killed');
        kills += 1;
      }
    }
    expect(listing(restored.path)).toBe(listing(source.path));
  });

  it('refuses a backup of a file that changed between two slices', async () => {
    const large = path.join(source.path, 'large.bin');
    await writeFile(large, Buffer.alloc(2_000_000, 1));
    const input = backupInput(source.path, 'changing', { packBytes: 500_000 });
    const context = filesContext(service.blobs);
    const failing = failingAt(service.blobs, 2, 'before');
    await expect(backUpSource({ ...context, blobs: failing }, input)).rejects.toThrow('killed');
    await writeFile(large, Buffer.alloc(2_000_000, 2));
    const failed = {
      kind: 'failed',
      code: 'backup-failed',
      path: 'large.bin',
      reason: 'changed since its beginning was saved',
    };
    expect(await backUpSource(context, input)).toEqual(failed);
    expect(await backUpSource(context, input)).toEqual(failed);
  });

  it('R98 R99 saves everything anew after a failure: nothing of the failed attempt is left in it', async () => {
    await writeTree(source.path, { early: 'old', 'large.bin': Buffer.alloc(2_000_000, 1) });
    const input = backupInput(source.path, 'again', { packBytes: 500_000 });
    const context = filesContext(service.blobs);
    const failing = failingAt(service.blobs, 2, 'before');
    await expect(backUpSource({ ...context, blobs: failing }, input)).rejects.toThrow('killed');
    await writeTree(source.path, { early: 'new', 'large.bin': Buffer.alloc(2_000_000, 2) });
    expect(await backUpSource(context, input)).toMatchObject({ kind: 'failed', path: 'large.bin' });

    const backup = await backUp(context, { ...input, attempt: 2 });
    expect(await backUpSource(context, { ...input, attempt: 3 })).toEqual(backup);
    await restoreBackup(context, { backup, toFolder: restored.path });
    expect(listing(restored.path)).toBe(listing(source.path));
    const found = await look(context, source.path, { extentBytes: 500_000 });
    expect(found).toMatchObject({ kind: 'done', sha256: backup.fingerprint });
  });

  it('R56 R99 has the fingerprint of what it saved, not of what the source became', async () => {
    await writeTree(source.path, { a: 'as saved', 'large.bin': Buffer.alloc(2_000_000, 1) });
    const input = backupInput(source.path, 'moved', { packBytes: 500_000 });
    const context = filesContext(service.blobs);
    const before = await look(context, source.path, { extentBytes: 500_000 });
    const failing = failingAt(service.blobs, 2, 'before');
    await expect(backUpSource({ ...context, blobs: failing }, input)).rejects.toThrow('killed');
    await writeFile(path.join(source.path, 'a'), 'too late');
    const backup = await backUp(context, input);
    expect(before).toMatchObject({ sha256: backup.fingerprint });
    const now = await look(context, source.path, { extentBytes: 500_000 });
    expect(now).not.toMatchObject({ sha256: backup.fingerprint });
  });

  it('R99 will not restore from a damaged pack, a changed manifest, or into a folder in use', async () => {
    await writeTree(source.path, { a: 'content', b: 'more' });
    const context = filesContext(service.blobs);
    const backup = await backUp(context, backupInput(source.path, 'damaged'));
    const toFolder = path.join(restored.path, 'new');

    const used = restoreBackup(context, { backup, toFolder: source.path });
    await expect(used).rejects.toMatchObject({ code: 'conflict' });
    const other = { ...backup, sha256: '0'.repeat(64) };
    await expect(restoreBackup(context, { backup: other, toFolder })).rejects.toMatchObject({
      code: 'log-broken',
    });
    const target = service.blobs.container(CONTAINER);
    const pack = await target.properties('damaged/packs/000001');
    await target.put('damaged/packs/000001', Buffer.from('contentmorE'), {
      condition: { kind: 'etag', etag: pack?.etag ?? '' },
      md5: md5('contentmorE'),
      metadata: {},
    });
    await expect(restoreBackup(context, { backup, toFolder })).rejects.toMatchObject({ code: 'log-broken' });
    await expect(readFile(path.join(toFolder, 'a'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('R99 never overwrites a blob that is not the backup’s own', async () => {
    await writeTree(source.path, { a: 'content' });
    const target = service.blobs.container(CONTAINER);
    await target.put('taken/packs/000001', Buffer.from('x'), {
      condition: { kind: 'absent' },
      md5: md5('x'),
      metadata: {},
    });
    const attempt = backUpSource(filesContext(service.blobs), backupInput(source.path, 'taken'));
    await expect(attempt).rejects.toMatchObject({ code: 'target-conflict' });
  });
});

describe('sourceFingerprint', () => {
  it.each<[string, (root: string) => Promise<unknown>]>([
    ['content of the same size', (root) => writeFile(path.join(root, 'deep/file'), 'CONTENT')],
    ['a longer file', (root) => appendFile(path.join(root, 'deep/file'), '!')],
    ['a mode', (root) => chmod(path.join(root, 'deep/file'), 0o600)],
    ['a new file', (root) => writeFile(path.join(root, 'new'), '')],
    ['a new folder', (root) => mkdir(path.join(root, 'folder'))],
    ['a link', (root) => symlink('deep', path.join(root, 'link'))],
    ['a size without content', (root) => truncate(path.join(root, 'deep/file'), 100)],
  ])('R56 tells %s', async (_, change) => {
    await writeTree(source.path, { 'deep/file': 'content' });
    await chmod(path.join(source.path, 'deep/file'), 0o644);
    const context = filesContext(service.blobs);
    const fingerprint = () => look(context, source.path);
    const before = await fingerprint();
    expect(await fingerprint()).toEqual(before);
    await change(source.path);
    expect(await fingerprint()).not.toMatchObject({ sha256: before.kind === 'done' ? before.sha256 : '' });
  });

  it('R56 does not change when only times do', async () => {
    await writeTree(source.path, { file: 'content' });
    const context = filesContext(service.blobs);
    const before = await look(context, source.path);
    await utimes(path.join(source.path, 'file'), 1, 1);
    expect(await look(context, source.path)).toEqual(before);
  });

  it('R56 goes on where it was stopped, reads nothing twice, and remembers what it found', async () => {
    await awkwardTree(source.path);
    const extentBytes = 700_000;
    const input = backupInput(source.path, 'compared', { packBytes: extentBytes });
    const context = filesContext(service.blobs);
    const { fingerprint } = await backUp(context, input);
    let slices = 0;
    let result;
    const budgetMs = 0;
    do result = await look(context, source.path, { fingerprintId: 'slow', budgetMs, extentBytes });
    while (result.kind === 'more' && (slices += 1) < 3);
    expect([slices, result]).toEqual([3, { kind: 'more' }]);

    let stops = 0;
    const claim = { heartbeat: async () => true, interrupted: async () => (stops += 1) < 3 };
    const stopped = { ...context, claim };
    do result = await look(stopped, source.path, { fingerprintId: 'slow', extentBytes });
    while (result.kind === 'interrupted');
    expect(result).toMatchObject({ kind: 'done', sha256: fingerprint, items: 58 });
    await writeFile(path.join(source.path, 'empty'), 'no longer');
    expect(await look(context, source.path, { fingerprintId: 'slow', extentBytes })).toEqual(result);
    expect(await look(context, source.path, { extentBytes })).not.toMatchObject({ sha256: fingerprint });
  });
});
