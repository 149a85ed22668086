import { utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import type * as FilesMover from '../../../../shared/movers/files';
import { copyPart, enumerateSource, finishPass, type FilesContext } from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { counting, intercepted } from '../../../support/failing-blobs';
import {
  blobService,
  CONTAINER,
  contentOf,
  filesAsset,
  filesContext,
  temporaryFolder,
  verify,
} from '../../../support/files-transfer';

const BLOCK = 8 * 2 ** 20;
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

const asset = () => filesAsset(source.path, { prefix });
const input = (pass = 1) => ({ asset: asset(), transferId: 'transfer-1', pass });
const large = () => path.join(source.path, 'large');
const blocks = (count: number, first = 1) =>
  Array.from({ length: count }, (_, n) => Buffer.alloc(BLOCK, n + first));

/** A service that takes longer for a block than a slice has. */
const slow = (blobs: BlobTargets) =>
  intercepted(blobs, async (operation, _, real) => {
    if (operation === 'stageBlock') await new Promise((resolve) => setTimeout(resolve, 300));
    return real();
  });

const one = async () => TransferLimits.parse({ concurrencyPerSlice: 1 });
const short = () => ({ ...input(), part: 1, budgetMs: 200 });

/** Slices until the part is done; how many it took. */
async function slicesOf(context: FilesContext, copy = copyPart, pass = 1): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    const { end } = await copy(context, { ...short(), pass });
    if (end === 'done') return slices;
    expect(end).toBe('budget');
  }
}

const onTarget = async () => (await contentOf(service.blobs.container(CONTAINER), prefix)).get('large');

describe('a large file', () => {
  it('R131 is sent over several slices, each block once', async () => {
    await writeFile(large(), Buffer.concat(blocks(4)));
    const { blobs, count } = counting(slow(service.blobs));
    const context = filesContext(blobs, { limits: one });
    await enumerateSource(context, input());
    expect(await slicesOf(context)).toBeGreaterThan(1);
    expect(count('stageBlock')).toBe(4);
    expect((await onTarget())?.equals(Buffer.concat(blocks(4)))).toBe(true);
  });

  it('R121 goes on in another process with the blocks that the service has', async () => {
    await writeFile(large(), Buffer.concat(blocks(4)));
    const { blobs, count } = counting(slow(service.blobs));
    const context = filesContext(blobs, { limits: one });
    await enumerateSource(context, input());
    expect(await copyPart(context, short())).toMatchObject({ end: 'budget', doneItems: 0 });
    await jest.isolateModulesAsync(async () => {
      const another = jest.requireActual<typeof FilesMover>('../../../../shared/movers/files');
      expect(await slicesOf(context, another.copyPart)).toBeGreaterThan(0);
    });
    expect(count('stageBlock')).toBe(4);
    expect((await onTarget())?.equals(Buffer.concat(blocks(4)))).toBe(true);
  });

  it('R126 that changes between two slices is sent as it is then', async () => {
    await writeFile(large(), Buffer.concat(blocks(4)));
    const context = filesContext(slow(service.blobs), { limits: one });
    await enumerateSource(context, input());
    expect(await copyPart(context, short())).toMatchObject({ end: 'budget' });
    await writeFile(large(), Buffer.concat(blocks(3, 7)));
    await slicesOf(context);
    expect((await onTarget())?.equals(Buffer.concat(blocks(3, 7)))).toBe(true);
  });

  it('R126 with a block that failed is not believed to be there', async () => {
    await writeFile(large(), Buffer.concat(blocks(3)));
    let failures = 1;
    const failing = intercepted(slow(service.blobs), (operation, _, real) => {
      if (operation !== 'stageBlock' || failures === 0) return real();
      failures -= 1;
      throw new Error('the connection broke');
    });
    const context = filesContext(failing, { limits: one });
    await enumerateSource(context, input());
    await expect(slicesOf(context)).rejects.toThrow('the connection broke');
    await slicesOf(context);
    expect((await onTarget())?.equals(Buffer.concat(blocks(3)))).toBe(true);
  });

  it('R124 of which only the time changed is compared and not sent again', async () => {
    await writeFile(large(), Buffer.concat(blocks(2)));
    const { blobs, count } = counting(service.blobs);
    const context = filesContext(blobs, { limits: one });
    await enumerateSource(context, input());
    await slicesOf(context);
    await finishPass(context, input());
    await utimes(large(), 1, 1);
    await enumerateSource(context, input(2));
    await slicesOf(context, copyPart, 2);
    await finishPass(context, input(2));
    expect(count('stageBlock')).toBe(2);
    expect((await verify(context, asset(), 2)).differenceCount).toBe(0);
  });
});
