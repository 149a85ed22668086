import { createHash } from 'node:crypto';
import { utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportItemLog } from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { counting } from '../../../support/failing-blobs';
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

const LARGE = 9 * 2 ** 20;
const asset = () => filesAsset(source.path, { prefix });
const at = (name: string) => path.join(source.path, name);

/** Somebody else's write, whatever is there. */
async function strangerPuts(
  name: string,
  content: string,
  metadata: Record<string, string> = {},
): Promise<void> {
  const target = service.blobs.container(CONTAINER);
  const found = await target.properties(prefix + name);
  const md5 = createHash('md5').update(content).digest('base64');
  const condition =
    found === null ? ({ kind: 'absent' } as const) : ({ kind: 'etag', etag: found.etag } as const);
  await target.put(prefix + name, Buffer.from(content), { condition, md5, metadata });
}
const textOf = async (name: string) =>
  String((await contentOf(service.blobs.container(CONTAINER), prefix)).get(name));

describe('a target that somebody else writes to', () => {
  it.each([
    ['small', Buffer.from('ours')],
    ['large', Buffer.alloc(LARGE, 'ours')],
  ])('R127 keeps its blob where a %s file belongs', async (_, content) => {
    await writeFile(at('file'), content);
    await strangerPuts('file', 'theirs');
    const context = filesContext(service.blobs);
    expect(await runPass(context, asset(), 1)).toMatchObject({ copiedItems: 0, failedItems: 1 });
    expect(await textOf('file')).toBe('theirs');
    expect(await collect(exportItemLog(context.journal, 'transfer-1'))).toMatchObject([
      { path: 'file', result: 'Failed', reason: 'the target was changed by somebody else' },
    ]);
  });

  it.each([
    ['other content', 'theirs', {}],
    ['the same content without our marks', 'first', {}],
  ])('R127 keeps its change of our blob: %s', async (_, content, metadata) => {
    await writeTree(source.path, { file: 'first' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    await strangerPuts('file', content, metadata);
    await writeFile(at('file'), 'second');
    expect(await runPass(context, asset(), 2)).toMatchObject({ copiedItems: 0, failedItems: 1 });
    expect(await textOf('file')).toBe(content);
    // It stays a failure until a person has dealt with the blob; then the copy is made.
    expect(await runPass(context, asset(), 3)).toMatchObject({ failedItems: 1 });
    const target = service.blobs.container(CONTAINER);
    await target.remove(`${prefix}file`, (await target.properties(`${prefix}file`))?.etag ?? '');
    expect(await runPass(context, asset(), 4)).toMatchObject({ copiedItems: 1, failedItems: 0 });
    expect(await textOf('file')).toBe('second');
  });

  it('R127 keeps metadata it added, even under our marks', async () => {
    await writeTree(source.path, { file: 'first' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    const target = service.blobs.container(CONTAINER);
    const found = await target.properties(`${prefix}file`);
    await target.setMetadata(`${prefix}file`, { ...found?.metadata, label: 'theirs' }, found?.etag ?? '');
    await writeFile(at('file'), 'second');
    expect(await runPass(context, asset(), 2)).toMatchObject({ failedItems: 1 });
    expect((await target.properties(`${prefix}file`))?.metadata['label']).toBe('theirs');
  });

  it('R127 keeps the blobs of another transfer', async () => {
    await writeTree(source.path, { file: 'content' });
    await runPass(filesContext(service.blobs), asset(), 1, 'another-transfer');
    expect(await runPass(filesContext(service.blobs), asset(), 1)).toMatchObject({ failedItems: 1 });
  });
});

describe('verifyItems', () => {
  it('R102 R139 finds what is missing, extra, cut, altered or undressed, and R122 the next pass mends what is ours', async () => {
    const names = ['missing', 'altered', 'cut', 'undressed', 'fine'];
    await writeTree(source.path, Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
    for (const name of names) await utimes(at(name), 1_500_000_000, 1_500_000_000);
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    const target = service.blobs.container(CONTAINER);
    const etagOf = async (name: string) => (await target.properties(prefix + name))?.etag ?? '';
    await target.remove(`${prefix}missing`, await etagOf('missing'));
    await strangerPuts('altered', 'Content of altered');
    await strangerPuts('cut', 'content');
    await strangerPuts('extra', 'extra');
    await target.setMetadata(`${prefix}undressed`, {}, await etagOf('undressed'));

    const verified = await verify(context, asset(), 1, { mode: 'list' });
    expect(verified).toMatchObject({ checkedItems: 6, differenceCount: 5 });
    expect(verified.differences.map(({ path, kind }) => [path, kind]).sort()).toEqual([
      ['altered', 'content'],
      ['cut', 'size'],
      ['extra', 'extra'],
      ['missing', 'missing'],
      ['undressed', 'metadata'],
    ]);
    // Nothing changed on the source: without the verification, the pass would have nothing to do.
    expect(await runPass(context, asset(), 2)).toMatchObject({ copiedItems: 1, failedItems: 3 });
    expect(await textOf('missing')).toBe('content of missing');
    expect(await verify(context, asset(), 2)).toMatchObject({ differenceCount: 4 });
  });

  it('R126 finds a source that changed after the last pass', async () => {
    await writeTree(source.path, { file: 'before' });
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    await writeFile(at('file'), 'after!');
    await writeFile(at('new'), '');
    const { differences } = await verify(context, asset(), 1);
    expect(differences.map(({ path, kind }) => [path, kind]).sort()).toEqual([
      ['file', 'content'],
      ['new', 'missing'],
    ]);
  });

  it('R139 shows twenty differences and counts all', async () => {
    const context = filesContext(service.blobs);
    for (let n = 0; n < 25; n += 1) await strangerPuts(`extra-${n}`, 'x');
    const verified = await verify(context, asset(), 1);
    expect(verified.differences).toHaveLength(20);
    expect(verified.differenceCount).toBe(25);
  });

  it('R139 reads back a sample about as large as asked, and once', async () => {
    await writeTree(source.path, Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, `${n}`])));
    const context = filesContext(service.blobs);
    await runPass(context, asset(), 1);
    const readBack = async (verificationId: string) => {
      const { blobs, count } = counting(service.blobs);
      const options = { mode: 'read-back', sampleShare: 0.5, verificationId } as const;
      const verified = await verify({ ...context, blobs }, asset(), 1, options);
      expect(verified).toMatchObject({ checkedItems: 60, differenceCount: 0 });
      return count('read');
    };
    const read = await readBack('first');
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(50);
    expect(await readBack('first')).toBe(0);
  });
});
