import { createHash } from 'node:crypto';
import type { FilesAsset } from '../../contracts/workload';
import type { FilesContext } from './files-context';
import { hashFile, withFile } from './read-file';
import { Slice } from './slice';
import { SourceProblem, SourceRoot } from './source-root';
import { walkTree, type WalkEntry } from './walk-tree';

export type FingerprintResult =
  | { readonly kind: 'done'; readonly sha256: string; readonly items: number; readonly bytes: number }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string };

/**
 * One hash over everything below the root: kinds, paths, sizes, modes, contents, targets of links; no times. Equal before and after
 * means that a rollback left the source as it was (R56). Reads everything; begun anew each time.
 */
export async function sourceFingerprint(
  context: FilesContext,
  { asset }: { readonly asset: FilesAsset },
): Promise<FingerprintResult> {
  const sha256 = createHash('sha256');
  let items = 0;
  let bytes = 0;
  let path = '';
  try {
    const end = await Slice.run(context, Infinity, {
      work: async (slice) => {
        const root = await SourceRoot.open(asset.root);
        for await (const entry of walkTree(root, { exclude: asset.exclude })) {
          path = entry.path;
          sha256.update(`${JSON.stringify(await factsFor(entry, root, slice))}\n`);
          if (entry.kind !== 'file') continue;
          items += 1;
          bytes += entry.stat.sizeBytes;
        }
        return true;
      },
      record: async () => undefined,
    });
    if (end !== 'done') return { kind: 'interrupted' };
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    return { kind: 'failed', path, reason: error.message };
  }
  return { kind: 'done', sha256: sha256.digest('hex'), items, bytes };
}

async function factsFor(entry: WalkEntry, root: SourceRoot, slice: Slice): Promise<readonly unknown[]> {
  const { kind, path } = entry;
  switch (entry.kind) {
    case 'file': {
      const hash = await withFile(root, path, (file) => hashFile(file, (bytes) => slice.pace(0, bytes)));
      return [kind, path, entry.stat.sizeBytes, entry.stat.mode, hash.sha256];
    }
    case 'folder':
      return [kind, path, entry.stat.mode];
    case 'link':
      return [kind, path, entry.target.toString('base64')];
    case 'special':
      return [kind, path, entry.what];
    case 'excluded':
      return [kind, path];
    case 'unreadable':
      throw new SourceProblem('unreadable', entry.reason);
  }
}
