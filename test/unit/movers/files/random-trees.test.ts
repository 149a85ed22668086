import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeSegment } from '../../../../shared/movers/files/item-path';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { failingAt } from '../../../support/failing-blobs';
import {
  blobService,
  CONTAINER,
  contentOf,
  filesAsset,
  filesContext,
  runPass,
  temporaryFolder,
  verify,
} from '../../../support/files-transfer';

let service: { blobs: BlobTargets; stop(): Promise<void> };
beforeAll(async () => {
  service = await blobService();
});
afterAll(async () => service.stop());

/** Few names, so that files and folders take each other's places; some need escapes, some sort beside the slash. */
const name = fc.constantFrom('a', 'a.', 'a%', 'a b', 'b\\c', 'ü', 'a.txt', '\n');
const filePath = fc.array(name, { minLength: 1, maxLength: 3 });
const change = fc.record({
  path: filePath,
  act: fc.constantFrom('write', 'write', 'write', 'remove', 'chmod'),
  content: fc.constantFrom('', 'x', 'y', 'longer'),
});
const passes = fc.array(fc.array(change, { maxLength: 8 }), { minLength: 1, maxLength: 4 });

type Change = { path: string[]; act: string; content: string };

/** The tree as it should be, kept beside the real one: path to content. */
class Model {
  readonly files = new Map<string, string>();

  constructor(private readonly root: string) {}

  async apply({ path: segments, act, content }: Change): Promise<void> {
    const own = segments.join('/');
    const place = path.join(this.root, own);
    if (act === 'chmod') {
      if (this.files.has(own)) await chmod(place, content.length % 2 === 0 ? 0o600 : 0o640);
      return;
    }
    await this.clear(own);
    if (act === 'remove') return;
    for (let depth = 1; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/');
      if (this.files.delete(folder)) await rm(path.join(this.root, folder));
    }
    await mkdir(path.dirname(place), { recursive: true });
    // An empty folder may be left where everything in it was removed.
    await rm(place, { recursive: true, force: true });
    await writeFile(place, content);
    this.files.set(own, content);
  }

  encoded(): Map<string, string> {
    const encode = (own: string) =>
      own
        .split('/')
        .map((part) => encodeSegment(Buffer.from(part)))
        .join('/');
    return new Map([...this.files].map(([own, content]) => [encode(own), content]));
  }

  /** Removes what is known there: a file, or a folder with all in it. */
  private async clear(own: string): Promise<void> {
    const there = [...this.files.keys()].filter((file) => file === own || file.startsWith(`${own}/`));
    if (there.length === 0) return;
    for (const file of there) this.files.delete(file);
    await rm(path.join(this.root, own), { recursive: true });
  }
}

describe('any tree, changed in any way between passes', () => {
  it('R124 R102 is on the target exactly, also when each pass is killed on its way', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        passes,
        fc.integer({ min: 0, max: 6 }),
        fc.boolean(),
        async (rounds, writes, after) => {
          const source = await temporaryFolder();
          const asset = filesAsset(source.path, { prefix: `run-${(runs += 1)}/` });
          const model = new Model(source.path);
          const context = filesContext(service.blobs);
          const dying = failingAt(service.blobs, writes, after ? 'after' : 'before');
          try {
            // A pass that would delete everything is refused, so one file stays.
            await model.apply({ path: ['stays'], act: 'write', content: '' });
            for (const [index, changes] of rounds.entries()) {
              for (const one of changes) await model.apply(one);
              await runPass({ ...context, blobs: dying }, asset, index + 1).catch((error: unknown) => {
                if (!String(error).includes('killed')) throw error;
              });
              const summary = await runPass(context, asset, index + 1);
              expect(summary).toMatchObject({ items: model.files.size, failedItems: 0 });
            }
            const content = await contentOf(service.blobs.container(CONTAINER), asset.prefix);
            expect(new Map([...content].map(([own, bytes]) => [own, String(bytes)]))).toEqual(
              model.encoded(),
            );
            const verified = await verify(context, asset, rounds.length);
            expect(verified).toMatchObject({ checkedItems: model.files.size, differenceCount: 0 });
          } finally {
            await source.remove();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
