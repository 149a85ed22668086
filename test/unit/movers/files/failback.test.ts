import { lstat, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { exportBackLog } from '../../../../shared/movers/files';
import { FailbackSides } from '../../../support/failback-sides';
import { intercepted, KilledError } from '../../../support/failing-blobs';
import { collect, verify, writeTree } from '../../../support/files-transfer';

const sides = FailbackSides.forTests();
const { asset, at, failback, input, moved, onSource, remove, write } = sides;

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
    const note = await sides.target.properties(`${sides.prefix}note`);
    const metadata = { ...note?.metadata, modtime: '1500000000123456000', permissions: String(0o100640) };
    await sides.target.setMetadata(`${sides.prefix}note`, metadata, note?.etag ?? '');
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
    await writeTree(sides.root, {
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
    await writeTree(sides.root, { edited: 'old' });
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
    const blob = Buffer.concat(await collect<Buffer>(await sides.target.read(`${sides.prefix}a`)));
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
    const dying = intercepted(sides.blobs, (operation, name, real) => {
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
    const outside = path.join(sides.base, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'file'), '1');
    await rename(at('folder'), path.join(sides.base, 'away'));
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
    await rename(sides.root, path.join(sides.base, 'away'));
    await mkdir(sides.root);
    await expect(failback(context)).rejects.toMatchObject({ code: 'source-root-changed' });
  });
});
