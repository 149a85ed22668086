import { appendFile, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { copyPart, enumerateSource, exportItemLog, finishPass } from '../../../../shared/movers/files';
import { copyFile } from '../../../../shared/movers/files/copy-file';
import { factsOf, SourceRoot } from '../../../../shared/movers/files/source-root';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { counting, intercepted } from '../../../support/failing-blobs';
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
let prefixes = 0;
let prefix = '';
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());
beforeEach(async () => {
  source = await temporaryFolder();
  prefix = `t${(prefixes += 1)}/`;
});
afterEach(async () => source.remove());

const YESTERDAY = Date.now() / 1_000 - 86_400;
const asset = () => filesAsset(source.path, { prefix });
const input = (pass: number) => ({ asset: asset(), transferId: 'transfer-1', pass });
const at = (name: string) => path.join(source.path, name);
const content = async () =>
  Object.fromEntries(
    [...(await contentOf(service.blobs.container(CONTAINER), prefix))].map(([name, bytes]) => [
      name,
      String(bytes),
    ]),
  );

async function oldFiles(files: Record<string, string>): Promise<void> {
  await writeTree(source.path, files);
  for (const name of Object.keys(files)) await utimes(at(name), YESTERDAY, YESTERDAY);
}

describe('an incremental pass', () => {
  it('R124 R125 copies only what changed and reads nothing of the rest', async () => {
    await oldFiles({ same: 'same', grown: 'a', touched: 'touched', rewritten: 'one', gone: 'x' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);

    await appendFile(at('grown'), 'b');
    await writeFile(at('rewritten'), 'two');
    await utimes(at('touched'), YESTERDAY + 60, YESTERDAY + 60);
    await rm(at('gone'));
    await writeFile(at('new'), 'new');
    const { blobs, count } = counting(service.blobs);
    const summary = await runPass({ ...context, blobs }, asset(), 2);

    expect(summary).toMatchObject({ items: 5, copiedItems: 3, copiedBytes: 8, deletedItems: 1 });
    expect([count('put'), count('setMetadata'), count('remove')]).toEqual([3, 1, 1]);
    expect(await content()).toEqual({
      same: 'same',
      grown: 'ab',
      touched: 'touched',
      rewritten: 'two',
      new: 'new',
    });
    const log = await collect(exportItemLog(context.journal, 'transfer-1'));
    expect(
      log.filter(({ pass }) => pass === 2).map(({ path, result, reason }) => [path, result, reason]),
    ).toEqual([
      ['gone', 'Transferred', 'deleted: no longer on the source'],
      ['grown', 'Transferred', null],
      ['new', 'Transferred', null],
      ['rewritten', 'Transferred', null],
      ['same', 'NoCopyNecessary', null],
      ['touched', 'NoCopyNecessary', 'same content: only mode, time or owner was written'],
    ]);
  });

  it('R125 has no work at all on a quiet source', async () => {
    await oldFiles(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, `content ${n}`])));
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    const silent = intercepted(service.blobs, (operation) => {
      throw new Error(`${operation} was called`);
    });
    const summary = await runPass({ ...context, blobs: silent }, asset(), 2);
    expect(summary).toMatchObject({ items: 30, copiedItems: 0, failedItems: 0, deletedItems: 0 });
    expect(await enumerateSource(context, input(3))).toMatchObject({ changedItems: 0, changedBytes: 0 });
  });

  it('R126 notices content that was rewritten in place under the old size and time', async () => {
    await oldFiles({ sly: 'before' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    await writeFile(at('sly'), 'AFTER!');
    await utimes(at('sly'), YESTERDAY, YESTERDAY);
    expect(await runPass(context, asset(), 2)).toMatchObject({ copiedItems: 1 });
    expect(await content()).toEqual({ sly: 'AFTER!' });
  });

  it('R126 looks again at files so fresh that a write might not show in their times', async () => {
    await writeTree(source.path, { fresh: 'x' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    expect(await enumerateSource(context, input(2))).toMatchObject({ changedItems: 1 });
    expect(await copyPart(context, { ...input(2), part: 1, budgetMs: 1_000 })).toMatchObject({
      copiedItems: 0,
    });
  });

  it('R121 refuses a root that is not there or no folder: it must not pass for an empty one', async () => {
    await oldFiles({ file: 'content' });
    const context = filesContext(service.blobs);
    for (const root of [at('nowhere'), at('file')]) {
      const attempt = enumerateSource(context, { ...input(1), asset: filesAsset(root) });
      await expect(attempt).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('R121 is enumerated on from where it was stopped', async () => {
    await oldFiles(Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`${n % 7}/${n}`, ''])));
    let beats = 0;
    const claim = { heartbeat: async () => true, interrupted: async () => (beats += 1) % 2 === 1 };
    const context = filesContext(service.blobs, { claim });
    const calls = [];
    do calls.push(await enumerateSource(context, input(1)));
    while (!calls.at(-1)?.done);
    expect(calls.map(({ done, items }) => [done, items])).toEqual([
      [false, 1_000],
      [true, 2_500],
    ]);
    expect(calls.at(-1)).toMatchObject({ parts: 2, items: 2_500, bytes: 0 });
    const all = filesContext(service.blobs);
    expect(await enumerateSource(all, input(1))).toEqual(calls.at(-1));
    for (const part of [1, 2]) {
      const segment = `00001/items/00000${part}`;
      expect(await collect(context.journal.read('transfer-1', segment))).toEqual(
        await collect(all.journal.read('transfer-1', segment)),
      );
    }
  });
});

describe('deletions', () => {
  it('R131 are refused above the limit before the first, and done once a person raises it', async () => {
    await oldFiles({ a: '1', b: '2', c: '3', d: '4' });
    let maxDeletes = 2;
    const context = filesContext(service.blobs, { limits: async () => TransferLimits.parse({ maxDeletes }) });
    await runPass(context, asset(), 1);
    for (const name of ['a', 'b', 'c']) await rm(at(name));
    await enumerateSource(context, input(2));
    expect(await finishPass(context, input(2))).toEqual({
      kind: 'refused',
      code: 'too-many-deletes',
      reason: '3 files are gone from the source, at most 2 may be deleted in one pass',
      deletes: 3,
    });
    expect(Object.keys(await content())).toHaveLength(4);

    maxDeletes = 3;
    expect(await finishPass(context, input(2))).toMatchObject({ kind: 'done', summary: { deletedItems: 3 } });
    expect(await content()).toEqual({ d: '4' });
  });

  it('R127 spare a blob that somebody else changed', async () => {
    await oldFiles({ a: '1', b: '2' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    await rm(at('a'));
    const target = service.blobs.container(CONTAINER);
    const etag = (await target.properties(`${prefix}a`))?.etag ?? '';
    await target.setMetadata(`${prefix}a`, { note: 'mine' }, etag);
    expect(await runPass(context, asset(), 2)).toMatchObject({ deletedItems: 0, failedItems: 1 });
    expect(await content()).toEqual({ a: '1', b: '2' });
    expect(await verify(context, asset(), 2)).toMatchObject({
      differences: [{ path: 'a', kind: 'extra' }],
    });
  });

  it('R124 include files that became something else', async () => {
    await oldFiles({ file: '1', folder: '2', same: '3' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    await rm(at('file'));
    await symlink('/etc/hostname', at('file'));
    await rm(at('folder'));
    await mkdir(at('folder'));
    await writeFile(at('folder/in'), '3');
    expect(await runPass(context, asset(), 2)).toMatchObject({
      deletedItems: 2,
      copiedItems: 1,
      unsupportedItems: 1,
    });
    expect(await content()).toEqual({ 'folder/in': '3', same: '3' });
    expect((await verify(context, asset(), 2)).differenceCount).toBe(0);
  });
});

describe('a file that is written to while it is read', () => {
  it('R126 is read again: small ones', async () => {
    await oldFiles({ busy: 'one' });
    const root = await SourceRoot.open(source.path);
    const item = {
      action: 'copy',
      path: 'busy',
      stat: factsOf(await root.stat('busy')),
      note: null,
      prior: null,
      doubted: false,
    } as const;
    const idle = { over: false, concurrency: 1, arrived: () => undefined };
    const target = service.blobs.container(CONTAINER);
    const job = { root, target, prefix, transferId: 'transfer-1', advance: () => undefined };
    const disturbed = { ...idle, pace: () => appendFile(at('busy'), '!') };
    await expect(copyFile({ ...job, slice: disturbed }, item)).rejects.toMatchObject({ kind: 'changed' });
    expect(await content()).toEqual({});
    const quiet = { ...idle, pace: async () => undefined };
    expect(await copyFile({ ...job, slice: quiet }, item)).toMatchObject({ result: 'Transferred' });
    expect(await content()).toEqual({ busy: 'one!' });
  });

  it.each([
    [1, 'Transferred', null, 2],
    [99, 'Failed', 'changed while reading', 3],
  ])('R126 large ones, %s times: %s', async (times, result, reason, attempts) => {
    await writeFile(at('large'), Buffer.alloc(9 * 2 ** 20, 'a'));
    let left = times;
    const blobs = intercepted(service.blobs, async (operation, _, real) => {
      if (operation === 'stageBlock' && left > 0) {
        left -= 1;
        await appendFile(at('large'), '!');
      }
      return real();
    });
    const context = filesContext(blobs, {
      limits: async () => TransferLimits.parse({ concurrencyPerSlice: 1 }),
    });
    await runPass(context, asset(), 1);
    expect(await collect(exportItemLog(context.journal, 'transfer-1'))).toMatchObject([
      { path: 'large', result, reason, attempts },
    ]);
    left = 0;
    await runPass(context, asset(), 2);
    expect((await verify(context, asset(), 2)).differenceCount).toBe(0);
  });

  it('R126 is left to the next pass when it is gone', async () => {
    await oldFiles({ a: '1', b: '2' });
    const context = filesContext(service.blobs);
    await enumerateSource(context, input(1));
    await rm(at('a'));
    const part = { ...input(1), part: 1, budgetMs: 1_000 };
    expect(await copyPart(context, part)).toMatchObject({ copiedItems: 1, failedItems: 0, doneItems: 2 });
  });
});
