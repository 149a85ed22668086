import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { removeTrial, tryFiles } from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { intercepted } from '../../../support/failing-blobs';
import {
  blobService,
  collect,
  CONTAINER,
  filesAsset,
  filesContext,
  temporaryFolder,
  writeTree,
} from '../../../support/files-transfer';

const MEBIBYTE = 2 ** 20;
const TRANSFER = 'wave-1--docs.docs';

describe('a trial of files before anything moves', () => {
  let service: Awaited<ReturnType<typeof blobService>>;
  let source: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    service = await blobService();
  });
  beforeEach(async () => {
    source = await temporaryFolder();
    await writeTree(source.path, {
      ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`many/file-${n}.txt`, `${n}`])),
      'a/b/c/d/déjà vu.txt': 'deep',
      'small.bin': Buffer.alloc(MEBIBYTE, 1),
      'left-out/no.bin': Buffer.alloc(2 * MEBIBYTE, 1),
      'long.bin': Buffer.alloc(20 * MEBIBYTE, 'long'),
      'longer.bin': Buffer.alloc(50 * MEBIBYTE, 'longer'),
    });
  });
  afterEach(() => source.remove());
  afterAll(() => service.stop());

  const inputOf = (prefix: string) => ({
    asset: filesAsset(source.path, { prefix, exclude: ['left-out'] }),
    transferId: TRANSFER,
  });
  const namesBelow = async (prefix: string): Promise<string[]> =>
    (await collect(service.blobs.container(CONTAINER).list(prefix))).map(({ name }) => name);

  it('R81 sends some of every stratum, gets them back, forecasts by them, and leaves nothing there', async () => {
    const input = inputOf('whole/');
    const context = filesContext(service.blobs, {
      limits: async () => TransferLimits.parse({ parallelSlices: 2, concurrencyPerSlice: 3 }),
    });
    const trial = await tryFiles(context, input);
    expect(trial).toMatchObject({ files: 204, whole: true, requestsInFlight: 6, failedItems: 0 });
    expect(trial?.strata.filter(({ files }) => files > 0)).toMatchObject([
      { size: 'tiny', depth: 'shallow', files: 200, sampledFiles: 128 },
      { size: 'tiny', depth: 'deep', files: 1, sampledFiles: 1, sampledBytes: 4 },
      { size: 'small', depth: 'shallow', files: 1, sampledFiles: 1, sampledBytes: MEBIBYTE },
      { size: 'medium', files: 2, bytes: 70 * MEBIBYTE, sampledFiles: 2, sampledBytes: 52 * MEBIBYTE },
    ]);
    const [tiny] = trial?.strata ?? [];
    expect(trial?.forecastMs).toBeGreaterThanOrEqual(Math.floor(((tiny?.sampledMs ?? 0) * 200) / 128));

    const sent = await namesBelow('whole/');
    expect(sent).toHaveLength(128 + 1 + 1 + 2);
    expect(sent.every((name) => name.startsWith(`whole/.causeway-trial-${TRANSFER}/`))).toBe(true);
    await removeTrial(context, input);
    expect(await namesBelow('whole/')).toEqual([]);
  });

  it('R81 begins anew after a try that was killed, and removes nothing that somebody else put there', async () => {
    const input = inputOf('again/');
    const target = service.blobs.container(CONTAINER);
    const theirs = `again/.causeway-trial-${TRANSFER}/theirs`;
    const md5 = createHash('md5').update('x').digest('base64');
    await target.put(theirs, Buffer.from('x'), { condition: { kind: 'absent' }, md5, metadata: {} });
    let writes = 0;
    const dying = intercepted(service.blobs, (operation, _name, real) => {
      if (operation === 'put') writes += 1;
      if (writes > 20) throw new Error('killed');
      return real();
    });
    await expect(tryFiles(filesContext(dying), input)).rejects.toThrow('killed');
    expect((await namesBelow('again/')).length).toBeGreaterThan(1);

    const context = filesContext(service.blobs);
    await removeTrial(context, input);
    expect(await tryFiles(context, input)).toMatchObject({ failedItems: 0 });
    await removeTrial(context, input);
    expect(await namesBelow('again/')).toEqual([theirs]);
  });

  it('R81 tells what comes back otherwise than it was sent', async () => {
    const input = inputOf('changed/');
    const damaging: BlobTargets = intercepted(service.blobs, (operation, name, real) =>
      operation === 'read' && name.includes('small-')
        ? Promise.resolve(Readable.from([Buffer.from('?')]))
        : real(),
    );
    expect(await tryFiles(filesContext(damaging), input)).toMatchObject({
      failedItems: 1,
      failures: [{ path: 'small.bin', reason: 'came back otherwise than it was sent' }],
    });
    await removeTrial(filesContext(service.blobs), input);
  });

  it('gives way to a command', async () => {
    const claim = { heartbeat: async () => true, interrupted: async () => true };
    expect(await tryFiles(filesContext(service.blobs, { claim }), inputOf('told/'))).toBeNull();
  });
});
