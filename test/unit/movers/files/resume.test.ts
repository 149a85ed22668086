import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import {
  copyPart,
  enumerateSource,
  exportItemLog,
  finishPass,
  type FilesContext,
} from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { counting, failingAt, intercepted } from '../../../support/failing-blobs';
import {
  blobService,
  collect,
  CONTAINER,
  contentOf,
  filesAsset,
  filesContext,
  memoryJournal,
  runPass,
  temporaryFolder,
  verify,
  writeTree,
} from '../../../support/files-transfer';
import { KilledJournal } from '../../../support/killed-journal';

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

const BLOCK = 8 * 2 ** 20;
const asset = () => filesAsset(source.path, { prefix });
const input = (pass: number) => ({ asset: asset(), transferId: 'transfer-1', pass });

async function twelveFiles(): Promise<void> {
  const small = Array.from({ length: 11 }, (_, n) => [`folder-${n % 3}/file-${n}`, `content ${n}`]);
  await writeTree(source.path, { ...Object.fromEntries(small), large: Buffer.alloc(2 * BLOCK + 5, 3) });
}

/** Runs passes in processes that die, again and again, until one comes through. */
async function untilDone(pass: number, contextOf: (life: number) => FilesContext): Promise<number> {
  for (let life = 0; ; life += 1) {
    try {
      await runPass(contextOf(life), asset(), pass);
      return life;
    } catch (error) {
      if (!String(error).includes('Killed')) throw error;
    }
  }
}

describe('a mover that is killed', () => {
  it.each(['before', 'after'] as const)(
    'R121 goes on when it died just %s each write of a blob',
    async (moment) => {
      await twelveFiles();
      const context = filesContext(service.blobs, { limits: async () => TransferLimits.parse({}) });
      const mortal = (life: number) => ({ ...context, blobs: failingAt(service.blobs, life % 9, moment) });
      expect(await untilDone(1, mortal)).toBeGreaterThan(2);

      await writeFile(path.join(source.path, 'folder-1/file-1'), 'changed');
      await appendFile(path.join(source.path, 'large'), 'longer');
      await rm(path.join(source.path, 'folder-2'), { recursive: true });
      expect(await untilDone(2, mortal)).toBeGreaterThan(0);
      expect(await verify(context, asset(), 2)).toMatchObject({ checkedItems: 9, differenceCount: 0 });
    },
  );

  it('R121 goes on when it died at each write of the journal, with one line a file in the log', async () => {
    await twelveFiles();
    const journal = memoryJournal();
    for (const pass of [1, 2]) {
      for (const moment of ['before', 'after'] as const) {
        const killed = (life: number) =>
          filesContext(service.blobs, { journal: new KilledJournal(journal, life, moment) });
        await untilDone(pass, killed);
      }
    }
    expect(await verify(filesContext(service.blobs, { journal }), asset(), 2)).toMatchObject({
      checkedItems: 12,
      differenceCount: 0,
    });
    const log = await collect(exportItemLog(journal, 'transfer-1'));
    expect(log.filter(({ pass }) => pass === 1).map(({ path }) => path)).toHaveLength(12);
    expect(new Set(log.map(({ pass, path }) => `${pass} ${path}`)).size).toBe(24);
  });

  it('R102 verifies the same when it died at each write of the journal', async () => {
    await twelveFiles();
    const journal = memoryJournal();
    const context = filesContext(service.blobs, { journal });
    await runPass(context, asset(), 1);
    await writeFile(path.join(source.path, 'folder-0/file-0'), 'changed since');
    const expected = await verify(context, asset(), 1, { verificationId: 'undisturbed' });
    expect(expected).toMatchObject({ checkedItems: 12, differenceCount: 1 });
    let kills = 0;
    for (let life = 0; ; life += 1) {
      const killed = new KilledJournal(journal, life % 7, life % 2 === 0 ? 'before' : 'after');
      try {
        const verified = await verify({ ...context, journal: killed }, asset(), 1);
        expect(verified).toEqual(expected);
        break;
      } catch (error) {
        expect(String(error)).toContain('Killed');
        kills += 1;
      }
    }
    expect(kills).toBeGreaterThan(3);
  });

  it('R121 replaces what a lost acknowledgement left when the source went on changing', async () => {
    await writeTree(source.path, { file: 'first' });
    const context = filesContext(service.blobs);
    const dying = { ...context, blobs: failingAt(service.blobs, 0, 'after') };
    await expect(runPass(dying, asset(), 1)).rejects.toThrow('killed');
    await writeFile(path.join(source.path, 'file'), 'second');
    expect(await runPass(context, asset(), 1)).toMatchObject({ copiedItems: 1, failedItems: 0 });
    expect((await verify(context, asset(), 1)).differenceCount).toBe(0);
  });

  it('R121 sends no staged block of a large file twice, and none of an older version of it', async () => {
    const large = path.join(source.path, 'large');
    const blocks = Array.from({ length: 5 }, (_, n) => Buffer.alloc(BLOCK, n + 1));
    await writeFile(large, Buffer.concat(blocks));
    const limits = async () => TransferLimits.parse({ concurrencyPerSlice: 1 });
    const context = filesContext(service.blobs, { limits });
    await enumerateSource(context, input(1));
    const dying = { ...context, blobs: failingAt(service.blobs, 3, 'before') };
    const part = { ...input(1), part: 1, budgetMs: 60_000 };
    await expect(copyPart(dying, part)).rejects.toThrow('killed before stageBlock');

    blocks[1] = Buffer.alloc(BLOCK, 'changed');
    await writeFile(large, Buffer.concat(blocks));
    const { blobs, count } = counting(service.blobs);
    expect(await copyPart({ ...context, blobs }, part)).toMatchObject({ end: 'done', copiedItems: 1 });
    // Blocks 0 and 2 were there; 1 changed; 3 and 4 are new.
    expect(count('stageBlock')).toBe(3);
    expect(count('commitBlocks')).toBe(1);
    const content = await contentOf(service.blobs.container(CONTAINER), prefix);
    expect(content.get('large')?.equals(Buffer.concat(blocks))).toBe(true);
  });

  it('R121 sends nothing of a large file whose acknowledgement was lost', async () => {
    await writeFile(path.join(source.path, 'large'), Buffer.alloc(3 * BLOCK, 7));
    const context = filesContext(service.blobs);
    const dying = { ...context, blobs: failingAt(service.blobs, 3, 'after') };
    await expect(runPass(dying, asset(), 1)).rejects.toThrow('killed after commitBlocks');
    const { blobs, count } = counting(service.blobs);
    await runPass({ ...context, blobs }, asset(), 1);
    expect(count('stageBlock') + count('commitBlocks')).toBe(0);
    expect((await verify(context, asset(), 1)).differenceCount).toBe(0);
  });
});

describe('a call that is repeated', () => {
  it('R121 returns the same and touches neither source nor target', async () => {
    await twelveFiles();
    const context = filesContext(service.blobs);
    const enumerated = await enumerateSource(context, input(1));
    const copied = await copyPart(context, { ...input(1), part: 1, budgetMs: 60_000 });
    const finished = await finishPass(context, input(1));
    const verified = await verify(context, asset(), 1);
    await source.remove();

    const untouchable = intercepted(service.blobs, (operation) => {
      throw new Error(`${operation} was called`);
    });
    const again = { ...context, blobs: untouchable };
    expect(await enumerateSource(again, input(1))).toEqual(enumerated);
    expect(await copyPart(again, { ...input(1), part: 1, budgetMs: 60_000 })).toEqual(copied);
    expect(await finishPass(again, input(1))).toEqual(finished);
    expect(await verify(again, asset(), 1)).toEqual(verified);
  });

  it('refuses a pass before the one before is finished', async () => {
    await twelveFiles();
    const context = filesContext(service.blobs);
    await enumerateSource(context, input(1));
    await expect(enumerateSource(context, input(2))).rejects.toMatchObject({ code: 'conflict' });
    await expect(finishPass(context, input(1))).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a slice', () => {
  it('R131 stops at its budget and the next one goes on', async () => {
    await twelveFiles();
    const context = filesContext(service.blobs);
    await enumerateSource(context, input(1));
    const part = { ...input(1), part: 1 };
    expect(await copyPart(context, { ...part, budgetMs: 0 })).toMatchObject({ end: 'budget', doneItems: 0 });
    expect(await copyPart(context, { ...part, budgetMs: 60_000 })).toMatchObject({
      end: 'done',
      doneItems: 12,
    });
  });

  it.each([
    ['a command waits', { heartbeat: async () => true, interrupted: async () => true }],
    ['its claim is lost', { heartbeat: async () => false, interrupted: async () => false }],
  ])('stops before anything is written when %s', async (_, claim) => {
    await twelveFiles();
    const context = filesContext(service.blobs);
    await enumerateSource(context, input(1));
    const { blobs, count } = counting(service.blobs);
    const stopped = await copyPart({ ...context, blobs, claim }, { ...input(1), part: 1, budgetMs: 60_000 });
    expect(stopped).toMatchObject({ end: 'interrupted', doneItems: 0 });
    expect(count('put') + count('stageBlock')).toBe(0);
  });

  it('records nothing more once its claim is lost, and only one of two slices can record', async () => {
    await twelveFiles();
    const journal = memoryJournal();
    const context = filesContext(service.blobs, { journal });
    await enumerateSource(context, input(1));
    let alive = true;
    const claim = { heartbeat: async () => alive, interrupted: async () => false };
    const losing = intercepted(service.blobs, async (operation, _, real) => {
      const result = await real();
      if (operation === 'commitBlocks') {
        alive = false;
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
      return result;
    });
    const part = { ...input(1), part: 1, budgetMs: 60_000 };
    const before = await journal.length('transfer-1', '00001/results/000001');
    await copyPart({ ...context, blobs: losing, claim }, part);
    const recorded = (await journal.length('transfer-1', '00001/results/000001')) - before;
    expect(recorded).toBeLessThan(12);
    expect(await copyPart(context, part)).toMatchObject({ end: 'done', doneItems: 12, failedItems: 0 });
  });

  it('tells its progress up to the end', async () => {
    await twelveFiles();
    const seen: unknown[] = [];
    const context = filesContext(service.blobs, { progress: (progress) => seen.push(progress) });
    await runPass(context, asset(), 1);
    const totalBytes = 2 * BLOCK + 5 + 10 * 9 + 10;
    expect(seen[0]).toEqual({ totalItems: 12, doneItems: 0, totalBytes, doneBytes: 0 });
    expect(seen.at(-1)).toEqual({ totalItems: 12, doneItems: 12, totalBytes, doneBytes: totalBytes });
  });
});
