import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { copyPart, enumerateSource } from '../../../../shared/movers/files';
import { InFlight } from '../../../../shared/movers/files/in-flight';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { intercepted } from '../../../support/failing-blobs';
import {
  blobService,
  filesAsset,
  filesContext,
  temporaryFolder,
  writeTree,
} from '../../../support/files-transfer';

let service: { blobs: BlobTargets; stop(): Promise<void> };
let source: { path: string; remove(): Promise<void> };
let prefixes = 0;
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());
beforeEach(async () => {
  source = await temporaryFolder();
  const files = Array.from({ length: 20 }, (_, n) => [`f${n}`, 'x'.repeat(100_000)]);
  await writeTree(source.path, Object.fromEntries(files));
});
afterEach(async () => source.remove());

const part = () => ({
  asset: filesAsset(source.path, { prefix: `t${prefixes}/` }),
  transferId: 'transfer-1',
  pass: 1,
  part: 1,
  budgetMs: 60_000,
});

describe('limits', () => {
  it.each([
    ['bytes', { bytesPerSecond: 1_024 }],
    ['requests', { requestsPerSecond: 1, concurrencyPerSlice: 1 }],
  ])('R131 on %s hold the slice up, which still stops when it is told', async (_, limited) => {
    prefixes += 1;
    let told = false;
    const context = filesContext(service.blobs, {
      limits: async () => TransferLimits.parse(limited),
      claim: { heartbeat: async () => true, interrupted: async () => told },
      progress: ({ doneItems }) => {
        told = doneItems > 0;
      },
    });
    await enumerateSource(context, part());
    const { end, doneItems } = await copyPart(context, part());
    expect(end).toBe('interrupted');
    expect(doneItems).toBeGreaterThan(0);
    expect(doneItems).toBeLessThan(20);
  });

  it('R123 are read again while the slice runs', async () => {
    prefixes += 1;
    let reads = 0;
    const limits = async () => TransferLimits.parse({ bytesPerSecond: (reads += 1) > 3 ? null : 1_024 });
    const context = filesContext(service.blobs, { limits });
    await enumerateSource(context, part());
    // At the first rate this would take half an hour.
    expect(await copyPart(context, part())).toMatchObject({ end: 'done', copiedItems: 20 });
    expect(reads).toBeGreaterThan(3);
  });

  it.each([1, 3])('R130 keep no more than %s requests in flight', async (concurrencyPerSlice) => {
    prefixes += 1;
    let now = 0;
    let most = 0;
    const blobs = intercepted(service.blobs, async (_, __, real) => {
      most = Math.max(most, (now += 1));
      try {
        return await real();
      } finally {
        now -= 1;
      }
    });
    const context = filesContext(blobs, {
      limits: async () => TransferLimits.parse({ concurrencyPerSlice }),
    });
    await enumerateSource(context, part());
    await copyPart(context, part());
    expect(most).toBe(concurrencyPerSlice);
  });
});

describe('InFlight', () => {
  it('holds no more bytes than it may, but always one piece of work', async () => {
    const running = new InFlight();
    const mebibytes = (n: number) => n * 2 ** 20;
    let held = 0;
    let most = 0;
    const work = (bytes: number) => async () => {
      most = Math.max(most, (held += bytes));
      await new Promise((resolve) => setImmediate(resolve));
      held -= bytes;
    };
    for (const bytes of [100, 60, 60, 500, 1].map(mebibytes)) await running.add(() => 10, bytes, work(bytes));
    await running.drain();
    expect(most).toBe(mebibytes(500));
    expect(held).toBe(0);
  });

  it('throws a failure to whoever comes next, once everything has ended', async () => {
    const running = new InFlight();
    const ended: string[] = [];
    await running.add(
      () => 2,
      0,
      async () => Promise.reject(new Error('first')),
    );
    await running.add(
      () => 2,
      0,
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        ended.push('second');
      },
    );
    await expect(running.drain()).rejects.toThrow('first');
    expect(ended).toEqual(['second']);
    await expect(
      running.add(
        () => 2,
        0,
        async () => undefined,
      ),
    ).rejects.toThrow('first');
  });
});
