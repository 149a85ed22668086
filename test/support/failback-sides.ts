/** Both sides of a failback: a real source tree and a real blob service that people write to, as the application does once users are there. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { bringBack, type FilesContext } from '../../shared/movers/files';
import { SourceRoot } from '../../shared/movers/files/source-root';
import { walkTree } from '../../shared/movers/files/walk-tree';
import type { BlobTarget, BlobTargets } from '../../shared/ports/blob-target';
import {
  blobService,
  CONTAINER,
  filesAsset,
  filesContext,
  runPass,
  temporaryFolder,
  writeTree,
} from './files-transfer';

/** A blob service for the tests of a file; each of them has a tree and a prefix of its own. */
export class FailbackSides {
  blobs!: BlobTargets;
  target!: BlobTarget;
  /** Holds the root, and what is beside it. */
  base = '';
  root = '';
  prefix = '';

  static forTests(): FailbackSides {
    const sides = new FailbackSides();
    let service: Awaited<ReturnType<typeof blobService>>;
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let prefixes = 0;
    beforeAll(async () => {
      service = await blobService();
      sides.blobs = service.blobs;
      sides.target = sides.blobs.container(CONTAINER);
    });
    afterAll(async () => service.stop());
    beforeEach(async () => {
      folder = await temporaryFolder();
      sides.base = folder.path;
      sides.root = path.join(sides.base, 'root');
      sides.prefix = `t${(prefixes += 1)}/`;
    });
    afterEach(async () => folder.remove());
    return sides;
  }

  asset = () => filesAsset(this.root, { prefix: this.prefix, exclude: ['private'] });
  at = (name: string): string => path.join(this.root, name);
  input = (pass = 1) => ({
    asset: this.asset(),
    transferId: 'transfer-1',
    failbackId: 'failback-1',
    pass,
    budgetMs: 60_000,
  });

  /** Both sides equal, as when users move. */
  moved = async (files: Readonly<Record<string, string | Buffer>>): Promise<FilesContext> => {
    await writeTree(this.root, files);
    const context = filesContext(this.blobs);
    await runPass(context, this.asset(), 1);
    return context;
  };

  failback = async (context: FilesContext, pass = 1) => {
    for (;;) {
      const result = await bringBack(context, this.input(pass));
      if (result.kind !== 'more') return result;
    }
  };

  /** What the application does on the target once users are there: no mark, no metadata of ours. */
  write = async (name: string, content: string | Buffer): Promise<void> => {
    const bytes = Buffer.from(content);
    const found = await this.target.properties(this.prefix + name);
    const condition =
      found === null ? ({ kind: 'absent' } as const) : ({ kind: 'etag', etag: found.etag } as const);
    const md5 = createHash('md5').update(bytes).digest('base64');
    await this.target.put(this.prefix + name, bytes, { condition, md5, metadata: {} });
  };

  remove = async (name: string): Promise<void> => {
    const found = await this.target.properties(this.prefix + name);
    await this.target.remove(this.prefix + name, found?.etag ?? '');
  };

  onSource = async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const entry of walkTree(await SourceRoot.open(this.root), { exclude: [] })) {
      if (entry.kind === 'file') found[entry.path] = await readFile(this.at(entry.path), 'utf8');
    }
    return found;
  };
}
