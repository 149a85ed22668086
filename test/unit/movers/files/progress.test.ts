import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { backUpSource, sourceFingerprint, type SliceProgress } from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import {
  blobService,
  CONTAINER,
  filesAsset,
  filesContext,
  runPass,
  temporaryFolder,
  verify,
  writeTree,
} from '../../../support/files-transfer';

const FILES = { a: '1', 'folder/b': '22', 'folder/c': '333' };
const WHOLE = { totalItems: 3, doneItems: 3, totalBytes: 6, doneBytes: 6 };
const NOTHING = { ...WHOLE, doneItems: 0, doneBytes: 0 };

describe('progress against what the newest pass found', () => {
  let service: { blobs: BlobTargets; stop(): Promise<void> };
  let source: { path: string; remove(): Promise<void> };
  let reports: SliceProgress[];
  beforeAll(async () => {
    service = await blobService();
  });
  afterAll(async () => service.stop());
  beforeEach(async () => {
    source = await temporaryFolder();
    reports = [];
  });
  afterEach(async () => source.remove());

  const moved = async (prefix: string) => {
    await writeTree(source.path, FILES);
    const asset = filesAsset(source.path, { prefix });
    const progress = (report: SliceProgress) => void reports.push(report);
    const context = filesContext(service.blobs, { progress });
    await runPass(context, asset, 1);
    reports = [];
    return { asset, context };
  };

  it('R139 is told of a verification, also of what an earlier slice checked', async () => {
    const { asset, context } = await moved('verified/');
    let stops = 0;
    const claim = { heartbeat: async () => true, interrupted: async () => (stops += 1) === 1 };
    await verify({ ...context, claim }, asset, 1);
    expect(reports[0]).toEqual(NOTHING);
    expect(reports.at(-1)).toEqual(WHOLE);
  });

  it('R98 is told of a backup and of a comparison with it', async () => {
    const { asset, context } = await moved('saved/');
    const common = { asset, transferId: 'transfer-1', budgetMs: 60_000 };
    await backUpSource(context, { ...common, attempt: 1, backupId: 'progress', container: CONTAINER });
    expect([reports[0], reports.at(-1)]).toEqual([NOTHING, WHOLE]);
    reports = [];
    await sourceFingerprint(context, { ...common, fingerprintId: 'progress' });
    expect([reports[0], reports.at(-1)]).toEqual([NOTHING, WHOLE]);
  });
});
