import type { FilesAsset } from '../../contracts/workload';
import { backupPosition, backupSegments, type BackupInput } from './backup-ledger';
import { ownerOf, withoutContent } from './backup-lines';
import type { BackupReference, FileLine } from './backup-manifest';
import type { FilesContext } from './files-context';
import { assertNotEmptied, openKnownRoot } from './known-root';
import { PackWriter } from './pack-writer';
import { readLines, readOnly } from './pass-journal';
import { assertUnchanged, EXTENT_BYTES, hashesOf, readRange, withFile, type OpenFile } from './read-file';
import { doneReporter } from './report-done';
import { Slice } from './slice';
import { SourceProblem, SourceRefusal, type FileStat, type SourceRoot } from './source-root';
import { walkTree } from './walk-tree';
import { writeManifest } from './write-manifest';

export type BackupResult =
  | ({ readonly kind: 'done' } & BackupReference)
  | { readonly kind: 'more'; readonly items: number; readonly bytes: number }
  | { readonly kind: 'interrupted' }
  /** The source isn't quiet or can't be read whole, so a backup of it would be none. */
  | {
      readonly kind: 'failed';
      readonly code: 'backup-failed' | SourceRefusal['code'];
      /** Null where it is the source as a whole. */
      readonly path: string | null;
      readonly reason: string;
    };

/**
 * Saves a stopped source whole, outside the target: packs of content, and a manifest with the hash of everything (R98 R99). Goes on
 * with the pack it was stopped at; once done, the same call returns the same. Where it failed, the source was not what it was
 * earlier on: the next attempt saves all of it anew, under an id of its own.
 */
export async function backUpSource(context: FilesContext, input: BackupInput): Promise<BackupResult> {
  const { journal } = context;
  const { backupId, attempt } = input;
  const failures: Failure[] = [];
  for await (const line of readLines<Failure>(journal, backupId, backupSegments.failures))
    failures.push(line);
  const known = failures.find((failure) => failure.attempt === attempt);
  if (known) return known.result;
  const own = failures.length === 0 ? backupId : `${backupId}-${failures.length + 1}`;
  const result = await saveSource(context, { ...input, backupId: own });
  if (result.kind === 'failed') {
    await journal.append(backupId, backupSegments.failures, failures.length, [{ attempt, result }]);
  }
  return result;
}

/** An attempt and how it failed. */
interface Failure {
  readonly attempt: number;
  readonly result: Extract<BackupResult, { kind: 'failed' }>;
}

async function saveSource(context: FilesContext, input: BackupInput): Promise<BackupResult> {
  const { journal, clock } = context;
  const { backupId } = input;
  const finished = await readOnly<BackupReference>(journal, backupId, backupSegments.result);
  if (finished !== null) return { kind: 'done', ...finished };
  if ((await journal.length(backupId, backupSegments.started)) === 0) {
    await journal.append(backupId, backupSegments.started, 0, [{ at: clock.now().toISOString() }]);
  }
  const target = context.blobs.container(input.container);
  const position = await backupPosition(context, backupId);
  const report = await doneReporter(context, input.transferId);
  const packBytes = input.packBytes ?? EXTENT_BYTES;
  try {
    const end = await Slice.run(context, input.budgetMs, {
      work: async (slice) => {
        const root = await openKnownRoot(context, input.transferId, input.asset.root);
        const packs = new PackWriter(context, { target, backupId, packBytes, slice }, position);
        if (!(await savePacks({ root, packs, slice, packBytes }, input.asset))) return false;
        await root.assertSame();
        await assertNotEmptied(context, input.transferId, position.items);
        return true;
      },
      record: async () => report(position),
    });
    if (end === 'interrupted') return { kind: 'interrupted' };
    if (end === 'budget') return { kind: 'more', items: position.items, bytes: position.bytes };
  } catch (error) {
    if (error instanceof SourceRefusal)
      return { kind: 'failed', code: error.code, path: null, reason: error.message };
    if (!(error instanceof BackupProblem)) throw error;
    return { kind: 'failed', code: 'backup-failed', path: error.path, reason: error.message };
  }
  const reference = await writeManifest(context, input, position);
  await journal.append(backupId, backupSegments.result, 0, [reference]);
  return { kind: 'done', ...reference };
}

class BackupProblem extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

interface Saving {
  readonly root: SourceRoot;
  readonly packs: PackWriter;
  readonly slice: Slice;
  readonly packBytes: number;
}

/** False when the slice was over first; what isn't in a sealed pack then is read again. */
async function savePacks(saving: Saving, asset: FilesAsset): Promise<boolean> {
  const { root, packs, slice } = saving;
  const { after, partial } = packs.position;
  if (partial !== null) await saveFile(saving, partial.path, partial);
  const walk = walkTree(root, { exclude: asset.exclude, ...(after === null ? {} : { after }) });
  for await (const entry of walk) {
    if (slice.over) {
      await packs.seal();
      return false;
    }
    if (entry.kind === 'unreadable') throw new BackupProblem(entry.path, entry.reason);
    if (entry.kind === 'file') {
      await saveFile(saving, entry.path, null);
    } else {
      await packs.reserve(0);
      packs.add(withoutContent(entry));
    }
  }
  await packs.seal();
  return true;
}

async function saveFile(saving: Saving, path: string, partial: FileLine | null): Promise<void> {
  try {
    await withFile(saving.root, path, async (file) => {
      if (partial !== null && !isSameFile(partial, file.stat)) {
        throw new SourceProblem('changed', 'changed since its beginning was saved');
      }
      let fileOffset = partial === null ? 0 : partial.fileOffset + partial.length;
      do {
        fileOffset += await saveExtent(saving, { path, file, fileOffset });
      } while (fileOffset < file.stat.sizeBytes);
    });
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw new BackupProblem(path, error.message);
  }
}

async function saveExtent(
  { packs, slice, packBytes }: Saving,
  { path, file, fileOffset }: { path: string; file: OpenFile; fileOffset: number },
): Promise<number> {
  const { sizeBytes } = file.stat;
  const length = Math.min(packBytes, sizeBytes - fileOffset);
  const offset = await packs.reserve(length);
  await slice.pace(0, length);
  const content = await readRange(file, fileOffset, length);
  await assertUnchanged(file);
  const { sha256 } = hashesOf(content);
  const place = { fileOffset, length, sha256, pack: length > 0 ? packs.pack : null, offset };
  packs.add({ kind: 'file', path, ...ownerOf(file.stat), sizeBytes, ...place }, content);
  return length;
}

const isSameFile = (saved: FileLine, now: FileStat): boolean =>
  saved.sizeBytes === now.sizeBytes && saved.mtimeNs === now.mtimeNs;
