import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TransferLimits, TransferPhase } from '../../../../shared/contracts/transfer';
import { intercepted } from '../../../support/failing-blobs';
import { writeTree } from '../../../support/files-transfer';
import { StepUnderTest } from '../../../support/step-under-test';

const FILES = { a: '1', b: '2', c: '3', 'folder/d': '4' };

describe('a source that is lost', () => {
  let under: StepUnderTest;
  afterEach(() => under.stop());

  const at = (name: string) => path.join(under.asset.root, name);
  const away = () => `${under.asset.root}.away`;
  const begin = async (limits: Partial<TransferLimits> = {}) => {
    under = await StepUnderTest.start(limits);
    await writeTree(under.asset.root, FILES);
    expect(await under.transfer('initial', 1)).toMatchObject({ kind: 'done' });
  };
  const unmount = async () => {
    await rename(under.asset.root, away());
    await mkdir(under.asset.root);
  };
  const remount = async () => {
    await rm(under.asset.root, { recursive: true });
    await rename(away(), under.asset.root);
  };
  /** The folder stays the same; what is in it is elsewhere for a while. */
  const hide = async (...names: string[]) => {
    await mkdir(away(), { recursive: true });
    for (const name of names) await rename(at(name), path.join(away(), name));
  };
  const showAgain = async () => {
    for (const name of await readdir(away())) await rename(path.join(away(), name), at(name));
    await rm(away(), { recursive: true });
  };
  const passes = async () => (await under.cutover()).passes['files'] ?? [];

  it.each<TransferPhase>(['incremental', 'final'])(
    'R127 R131 makes no tombstones of an unmounted root in a pass of phase %s; mounted again the next try goes on',
    async (phase) => {
      await begin();
      await unmount();
      expect(await under.transfer(phase, 1)).toMatchObject({ kind: 'failed', code: 'source-root-changed' });
      expect(await under.transfer(phase, 2)).toMatchObject({ kind: 'failed', code: 'source-root-changed' });
      expect(await under.onTarget()).toEqual(FILES);
      await remount();
      await writeFile(at('a'), 'new');
      expect(await under.transfer(phase, 3)).toMatchObject({ kind: 'done' });
      expect(await under.onTarget()).toEqual({ ...FILES, a: 'new' });
      expect(await passes()).toMatchObject([{ pass: 1 }, { pass: 2, deletedItems: 0, attempt: 3 }]);
    },
  );

  it('R127 R131 does not delete everything, whatever may be deleted, and finds the files when they are back', async () => {
    await begin({ maxDeletes: 1_000 });
    await hide(...Object.keys(FILES).slice(0, 3), 'folder');
    await writeFile(at('lost+found'), '');
    expect(await under.transfer('final', 1)).toMatchObject({ kind: 'failed', code: 'all-items-gone' });
    expect(await under.transfer('final', 1)).toMatchObject({ kind: 'failed', code: 'all-items-gone' });
    expect(await under.onTarget()).toEqual({ ...FILES, 'lost+found': '' });
    await showAgain();
    await rm(at('lost+found'));
    expect(await under.transfer('final', 2)).toMatchObject({ kind: 'done' });
    expect(await under.perform('verify-items', 1, 'verifyItems')).toMatchObject({ kind: 'done' });
    expect(await under.onTarget()).toEqual(FILES);
  });

  it('R131 looks again after too many deletions: raising the limit deletes nothing that is back', async () => {
    await begin({ maxDeletes: 1 });
    await hide('a', 'b');
    expect(await under.transfer('incremental', 1)).toMatchObject({
      kind: 'failed',
      code: 'too-many-deletes',
    });
    await showAgain();
    await rm(at('c'));
    expect(await under.transfer('incremental', 2)).toMatchObject({ kind: 'done' });
    const { c: _gone, ...left } = FILES;
    expect(await under.onTarget()).toEqual(left);
    expect((await passes()).at(-1)).toMatchObject({ deletedItems: 1, attempt: 2 });
  });

  it('R126 undoes what a refused pass copied of files that are as before again', async () => {
    await begin({ maxDeletes: 1 });
    await hide('a', 'b', 'folder');
    await writeTree(under.asset.root, { 'folder/d': 'of another folder' });
    expect(await under.transfer('final', 1)).toMatchObject({ kind: 'failed', code: 'too-many-deletes' });
    expect(await under.onTarget()).toMatchObject({ 'folder/d': 'of another folder' });
    await rm(at('folder'), { recursive: true });
    await showAgain();
    expect(await under.transfer('final', 2)).toMatchObject({ kind: 'done' });
    expect(await under.onTarget()).toEqual(FILES);
    expect(await under.perform('verify-items', 1, 'verifyItems')).toMatchObject({ kind: 'done' });
  });

  it('R126 R127 notices that it is lost in the middle of a copy', async () => {
    under = await StepUnderTest.start({ parallelSlices: 1, concurrencyPerSlice: 1 });
    await writeTree(under.asset.root, FILES);
    const { blobs } = under;
    let puts = 0;
    under.blobs = intercepted(blobs, async (operation, _name, real) => {
      if (operation === 'put' && (puts += 1) === 2) await unmount();
      return real();
    });
    expect(await under.transfer('initial', 1)).toMatchObject({ kind: 'failed', code: 'source-root-changed' });
    await remount();
    under.blobs = blobs;
    expect(await under.transfer('initial', 2)).toMatchObject({ kind: 'done' });
    expect(await under.onTarget()).toEqual(FILES);
    expect((await passes()).at(-1)).toMatchObject({ pass: 1, items: 4, attempt: 2 });
  });

  it.each(['backup', 'verify-items'] as const)('R99 R139 is no source for %s', async (stage) => {
    await begin();
    const step = stage === 'backup' ? 'backUpSource' : 'verifyItems';
    await hide('a', 'b', 'c', 'folder');
    expect(await under.perform(stage, 1, step)).toMatchObject({ kind: 'failed', code: 'source-emptied' });
    await showAgain();
    await unmount();
    expect(await under.perform(stage, 2, step)).toMatchObject({
      kind: 'failed',
      code: 'source-root-changed',
    });
    await remount();
    expect(await under.perform(stage, 3, step)).toMatchObject({ kind: 'done' });
  });
});
