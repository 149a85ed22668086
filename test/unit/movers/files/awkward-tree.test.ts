import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, rename, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportItemLog } from '../../../../shared/movers/files';
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
  verify,
  writeTree,
} from '../../../support/files-transfer';

let service: { blobs: BlobTargets; stop(): Promise<void> };
let source: { path: string; remove(): Promise<void> };
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());
beforeEach(async () => {
  source = await temporaryFolder();
});
afterEach(async () => source.remove());

const bytesPath = (root: string, name: number[]): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);

describe('a tree of awkward files', () => {
  it('R121 R102 arrives whole, each name under one blob of its own, and is verified item by item', async () => {
    const deep = Array.from({ length: 60 }, (_, depth) => `folder-${depth}`).join('/');
    const files: Record<string, string | Buffer> = {
      empty: '',
      [`${deep}/leaf`]: 'deep',
      'a.txt': 'file beside a folder of the same beginning',
      'a/b': 'in a folder',
      'a b/ c ': 'spaces',
      'naïve/日本語/🚚.txt': 'Unicode',
      'caf\u00e9': 'composed',
      'cafe\u0301': 'decomposed',
      'per%cent': 'a',
      'per%25cent': 'b',
      'per%2525cent': 'c',
      'back\\slash': 'd',
      'dot.': 'e',
      'dot%2E': 'f',
      'dots.../x': 'g',
      'new\nline': 'h',
      '?q=1&r#s+t': 'i',
      '\ufffd': 'the replacement character itself',
      'large.bin': Buffer.alloc(20 * 2 ** 20 + 1, 'causeway'),
    };
    await writeTree(source.path, files);
    await writeFile(bytesPath(source.path, [0xff, 0x41]), 'no UTF-8');
    await writeFile(bytesPath(source.path, [0xc3]), 'half a letter');
    await chmod(path.join(source.path, 'empty'), 0o640);

    const context = filesContext(service.blobs);
    const asset = filesAsset(source.path, { prefix: 'awkward/' });
    const summary = await runPass(context, asset, 1);

    const names = Object.keys(files).length + 2;
    expect(summary).toMatchObject({ items: names, copiedItems: names, failedItems: 0, unsupportedItems: 0 });
    const content = await contentOf(service.blobs.container(CONTAINER), 'awkward/');
    const texts = new Map([...content].map(([name, bytes]) => [name, bytes.toString()]));
    expect(texts.get('per%25cent')).toBe('a');
    expect(texts.get('per%2525cent')).toBe('b');
    expect(texts.get('per%252525cent')).toBe('c');
    expect(texts.get('back%5Cslash')).toBe('d');
    expect(texts.get('dot%2E')).toBe('e');
    expect(texts.get('dot%252E')).toBe('f');
    expect(texts.get('dots..%2E/x')).toBe('g');
    expect(texts.get('new%0Aline')).toBe('h');
    expect(texts.get('%FFA')).toBe('no UTF-8');
    expect(texts.get('%C3')).toBe('half a letter');
    expect([...texts.values()].sort()).toEqual(
      [...Object.values(files).map(String), 'no UTF-8', 'half a letter'].sort(),
    );
    const verified = await verify(context, asset, 1, { mode: 'read-back', sampleShare: 1 });
    expect(verified).toEqual({ end: 'done', checkedItems: names, differenceCount: 0, differences: [] });
  });

  it('R133 reports what has no place in a blob, with the reason, and follows no link', async () => {
    await writeTree(source.path, { 'real/secret': 'content', 'left/behind': 'x', 'keep/me': 'y' });
    await symlink('/etc/passwd', path.join(source.path, 'link'));
    await symlink('real', path.join(source.path, 'folder-link'));
    await mkdir(path.join(source.path, 'hollow'));
    execFileSync('mkfifo', [path.join(source.path, 'pipe')]);
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(path.join(source.path, 'socket'), resolve));
    await link(path.join(source.path, 'real/secret'), path.join(source.path, 'hard'));
    await truncate(path.join(source.path, 'keep/me'), 1_000_000);

    const context = filesContext(service.blobs);
    const asset = filesAsset(source.path, { prefix: 'odd/', exclude: ['left/'] });
    const summary = await runPass(context, asset, 1);
    await new Promise((resolve) => socket.close(resolve));

    expect(summary).toMatchObject({ items: 3, copiedItems: 3, unsupportedItems: 5, failedItems: 0 });
    const log = await collect(exportItemLog(context.journal, 'transfer-1'));
    expect(log.map(({ path, result, reason }) => [path, result, reason])).toEqual([
      ['folder-link', 'Unsupported', 'symbolic link to "real": not followed'],
      ['hard', 'Transferred', null],
      ['hollow', 'Unsupported', 'empty folder: blobs have no folders'],
      ['keep/me', 'Transferred', 'sparse file: copied with its apparent size'],
      ['left', 'Excluded', 'excluded by the plan'],
      ['link', 'Unsupported', 'symbolic link to "/etc/passwd": not followed'],
      ['pipe', 'Unsupported', 'pipe: has no content to copy'],
      ['real/secret', 'Transferred', null],
      ['socket', 'Unsupported', 'socket: has no content to copy'],
    ]);
    const content = await contentOf(service.blobs.container(CONTAINER), 'odd/');
    expect([...content.keys()].sort()).toEqual(['hard', 'keep/me', 'real/secret']);
    expect((await verify(context, asset, 1)).differenceCount).toBe(0);
  });

  it('reports a name longer than a blob may have', async () => {
    const long = Array.from({ length: 6 }, () => 'x'.repeat(200)).join('/');
    await writeTree(source.path, { [long]: 'too long' });
    const context = filesContext(service.blobs);
    const asset = filesAsset(source.path, { prefix: 'long/' });
    expect(await runPass(context, asset, 1)).toMatchObject({ items: 0, unsupportedItems: 1 });
    expect((await verify(context, asset, 1)).differenceCount).toBe(0);
  });

  it('R121 keeps mode, time and owner, also when only they change', async () => {
    await writeTree(source.path, { file: 'content' });
    const file = path.join(source.path, 'file');
    await chmod(file, 0o4751);
    await utimes(file, 1_000_000_000, 1_000_000_000);
    const context = filesContext(service.blobs);
    const asset = filesAsset(source.path, { prefix: 'meta/' });
    await runPass(context, asset, 1);
    const target = service.blobs.container(CONTAINER);
    const uid = String(process.getuid?.());
    expect((await target.properties('meta/file'))?.metadata).toMatchObject({
      permissions: String(0o104751),
      modtime: '1000000000000000000',
      posix_owner: uid,
    });

    await utimes(file, 1_100_000_000, 1_100_000_000);
    expect(await runPass(context, asset, 2)).toMatchObject({ copiedItems: 0, copiedBytes: 0 });
    expect((await target.properties('meta/file'))?.metadata['modtime']).toBe('1100000000000000000');
    expect((await verify(context, asset, 2)).differenceCount).toBe(0);
  });

  it('moves a subtree whose folders were renamed as new and gone files', async () => {
    await writeTree(source.path, { 'old/a': '1', 'old/b': '2', other: '3' });
    const context = filesContext(service.blobs);
    const asset = filesAsset(source.path, { prefix: 'renamed/' });
    await runPass(context, asset, 1);
    await rename(path.join(source.path, 'old'), path.join(source.path, 'new'));
    expect(await runPass(context, asset, 2)).toMatchObject({ items: 3, copiedItems: 2, deletedItems: 2 });
    expect((await verify(context, asset, 2)).differenceCount).toBe(0);
  });
});
