import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobTarget, BlobTargets, PutOptions } from '../../shared/ports/blob-target';
import { collect } from '../support/files-transfer';

export interface BlobTargetUnderTest {
  readonly blobs: BlobTargets;
  /** A container that exists and is empty but for what the suite writes. */
  readonly container: string;
  readonly stop: () => Promise<void>;
}

const md5 = (content: Buffer | string): string => createHash('md5').update(content).digest('base64');
const options = (content: Buffer | string, more: Partial<PutOptions> = {}): PutOptions => ({
  condition: { kind: 'absent' },
  md5: md5(content),
  metadata: { origin: 'suite' },
  ...more,
});
const blockId = (number: number): string => Buffer.from(String(number).padStart(8, '0')).toString('base64');

export const describeBlobTarget = (name: string, open: () => Promise<BlobTargetUnderTest>): void => {
  describe(`${name} keeps the promises of a blob target`, () => {
    let under: BlobTargetUnderTest;
    let target: BlobTarget;
    let folder = 0;
    /** Every test has blobs of its own. */
    let base = '';
    beforeAll(async () => {
      under = await open();
    });
    afterAll(async () => under.stop());
    beforeEach(() => {
      target = under.blobs.container(under.container);
      folder += 1;
      base = `test-${folder}/`;
    });
    const text = async (blob: string, offset?: number, count?: number) =>
      Buffer.concat(await collect<Buffer>(await target.read(base + blob, offset, count))).toString();
    const put = (blob: string, content: string, more?: Partial<PutOptions>) =>
      target.put(base + blob, Buffer.from(content), options(content, more));

    it('answers a probe, and throws not-found for a container that is not there', async () => {
      expect((await target.probe()).requestId).toMatch(/\S/);
      expect(target.url).toMatch(new RegExp(`^https?://.*/${under.container}$`));
      const missing = under.blobs.container('no-such-container');
      await expect(missing.probe()).rejects.toMatchObject({ code: 'not-found' });
      const nowhere = missing.put('a', Buffer.from('x'), options('x'));
      await expect(nowhere).rejects.toMatchObject({ code: 'not-found' });
      await expect(collect(missing.list(''))).rejects.toMatchObject({ code: 'not-found' });
      await expect(missing.properties('a')).rejects.toMatchObject({ code: 'not-found' });
      await expect(missing.remove('a', '"0x1"')).rejects.toMatchObject({ code: 'not-found' });
    });

    it('puts a blob with its MD5, metadata and a version that properties and list repeat', async () => {
      const written = await put('a', 'content');
      const expected = {
        name: `${base}a`,
        sizeBytes: 7,
        etag: written.etag,
        md5: md5('content'),
        metadata: { origin: 'suite' },
      };
      expect(written).toEqual(expected);
      expect(await target.properties(`${base}a`)).toEqual(expected);
      expect(await collect(target.list(base))).toEqual([expected]);
      expect(await text('a')).toBe('content');
      expect(await text('a', 2, 3)).toBe('nte');
    });

    it('keeps an empty blob', async () => {
      await put('empty', '');
      expect(await target.properties(`${base}empty`)).toMatchObject({ sizeBytes: 0, md5: md5('') });
      expect(await text('empty')).toBe('');
    });

    it('R127 writes only what the condition allows', async () => {
      const first = await put('a', 'one');
      await expect(put('a', 'two')).rejects.toMatchObject({ code: 'target-conflict' });
      const second = await put('a', 'two', { condition: { kind: 'etag', etag: first.etag } });
      expect(second.etag).not.toBe(first.etag);
      const stale = { condition: { kind: 'etag', etag: first.etag } } as const;
      await expect(put('a', 'three', stale)).rejects.toMatchObject({ code: 'target-conflict' });
      await expect(put('absent', 'x', stale)).rejects.toMatchObject({ code: 'target-conflict' });
      expect(await text('a')).toBe('two');
      expect(await target.properties(`${base}absent`)).toBeNull();
    });

    it('R102 refuses content that does not match its MD5', async () => {
      const wrong = target.put(`${base}a`, Buffer.from('content'), options('other'));
      await expect(wrong).rejects.toThrow();
      expect(await target.properties(`${base}a`)).toBeNull();
    });

    it('makes a blob of staged blocks in the order of the commit', async () => {
      const blob = `${base}blocks`;
      expect(await target.stagedBlocks(blob)).toEqual(new Map());
      await target.stageBlock(blob, blockId(1), Buffer.from('world'));
      await target.stageBlock(blob, blockId(0), Buffer.from('HELLO '));
      await target.stageBlock(blob, blockId(0), Buffer.from('hello '));
      expect(await target.stagedBlocks(blob)).toEqual(
        new Map([
          [blockId(0), 6],
          [blockId(1), 5],
        ]),
      );
      expect(await target.properties(blob)).toBeNull();

      const written = await target.commitBlocks(blob, [blockId(0), blockId(1)], options('hello world'));
      expect(written).toMatchObject({
        sizeBytes: 11,
        md5: md5('hello world'),
        metadata: { origin: 'suite' },
      });
      expect(await target.properties(blob)).toEqual(written);
      expect(await text('blocks')).toBe('hello world');
      expect(await target.stagedBlocks(blob)).toEqual(new Map());
    });

    it('R127 commits blocks only under the condition', async () => {
      const { etag } = await put('a', 'theirs');
      const blob = `${base}a`;
      await target.stageBlock(blob, blockId(0), Buffer.from('ours'));
      const commit = (more?: Partial<PutOptions>) =>
        target.commitBlocks(blob, [blockId(0)], options('ours', more));
      await expect(commit()).rejects.toMatchObject({ code: 'target-conflict' });
      expect(await text('a')).toBe('theirs');
      await commit({ condition: { kind: 'etag', etag } });
      expect(await text('a')).toBe('ours');
    });

    it('replaces metadata of one version only, and leaves the content', async () => {
      const { etag } = await put('a', 'content');
      const changed = await target.setMetadata(`${base}a`, { other: 'x' }, etag);
      expect(changed).toMatchObject({ metadata: { other: 'x' }, md5: md5('content'), sizeBytes: 7 });
      expect(changed.etag).not.toBe(etag);
      const stale = target.setMetadata(`${base}a`, { third: 'y' }, etag);
      await expect(stale).rejects.toMatchObject({ code: 'target-conflict' });
      const absent = target.setMetadata(`${base}absent`, {}, etag);
      await expect(absent).rejects.toMatchObject({ name: 'MigrationError' });
      expect(await target.properties(`${base}a`)).toEqual(changed);
    });

    it('removes the version it is told and nothing else', async () => {
      const { etag } = await put('a', 'one');
      const newer = await put('a', 'two', { condition: { kind: 'etag', etag } });
      await expect(target.remove(`${base}a`, etag)).rejects.toMatchObject({ code: 'target-conflict' });
      expect(await target.remove(`${base}a`, newer.etag)).toBe(true);
      expect(await target.remove(`${base}a`, newer.etag)).toBe(false);
      expect(await target.properties(`${base}a`)).toBeNull();
      await expect(target.read(`${base}a`)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('keeps names apart that differ in case, normal form or escapes, and lists below a prefix only', async () => {
      const names = [
        'x',
        'X',
        'caf\u00e9',
        'cafe\u0301',
        'a b',
        'a%20b',
        'a+b',
        'q?x#y&z',
        '日本語/🚚',
        "it's",
      ];
      for (const name of names) await put(`in/${name}`, name);
      await put('inside', 'not below');
      const listed = await collect(target.list(`${base}in/`));
      expect(listed.map(({ name }) => name).sort()).toEqual(names.map((name) => `${base}in/${name}`).sort());
      for (const name of names) expect(await text(`in/${name}`)).toBe(name);
    });
  });
};
