import { createHash } from 'node:crypto';
import type { FilesAsset } from '../../contracts/workload';
import { ownerOf, withoutContent } from './backup-lines';
import type { FileLine } from './backup-manifest';
import type { FilesContext } from './files-context';
import { fingerprintItem, fingerprintOf, type FingerprintLine } from './item-fingerprint';
import { openKnownRoot } from './known-root';
import { readLines, readOnly } from './pass-journal';
import {
  assertUnchanged,
  EXTENT_BYTES,
  readRange,
  SMALL_FILE_BYTES,
  withFile,
  type OpenFile,
} from './read-file';
import { doneReporter } from './report-done';
import { SegmentWriter } from './segment-writer';
import { Slice } from './slice';
import { SourceProblem, SourceRefusal, type SourceRoot } from './source-root';
import type { WalkEntry } from './walk-entry';
import { walkTree } from './walk-tree';

export interface FingerprintInput {
  readonly asset: FilesAsset;
  readonly transferId: string;
  /** Names this look at the source: the same id goes on or returns what it found, a new one looks again. Letters, digits, dashes. */
  readonly fingerprintId: string;
  /** Begins no file after this time. */
  readonly budgetMs: number;
  /** How files are cut; must be what the other side of a comparison had. */
  readonly extentBytes?: number;
}

interface Fingerprint {
  readonly sha256: string;
  readonly items: number;
  readonly bytes: number;
}

export type FingerprintResult =
  | ({ readonly kind: 'done' } & Fingerprint)
  | { readonly kind: 'more' }
  | { readonly kind: 'interrupted' }
  /** `path` is null where it is the source as a whole. */
  | {
      readonly kind: 'failed';
      readonly code: 'source-unreadable' | SourceRefusal['code'];
      readonly path: string | null;
      readonly reason: string;
    };

/**
 * One hash over everything below the root: kinds, paths, sizes, modes, contents, targets of links; no times. Equal to that of a
 * backup means that the source is what was saved then (R56). Reads everything; goes on where it was stopped.
 */
export async function sourceFingerprint(
  context: FilesContext,
  input: FingerprintInput,
): Promise<FingerprintResult> {
  const { journal } = context;
  const names = segmentsOf(input.fingerprintId);
  const finished = await readOnly<Fingerprint>(journal, input.transferId, names.result);
  if (finished !== null) return { kind: 'done', ...finished };
  const position = { path: null as string | null, items: 0, bytes: 0 };
  const lines = () => readLines<FingerprintLine>(journal, input.transferId, names.items);
  for await (const line of lines()) advance(position, line);
  const writer = await SegmentWriter.open<FingerprintLine>(journal, input.transferId, names.items);
  const report = await doneReporter(context, input.transferId);
  try {
    const end = await Slice.run(context, input.budgetMs, {
      work: (slice) => look(context, input, { position, writer, slice }),
      record: async () => {
        await writer.flush();
        report(position);
      },
    });
    if (end === 'interrupted') return { kind: 'interrupted' };
    if (end === 'budget') return { kind: 'more' };
  } catch (error) {
    if (error instanceof SourceRefusal)
      return { kind: 'failed', code: error.code, path: null, reason: error.message };
    if (!(error instanceof ItemProblem)) throw error;
    return { kind: 'failed', code: 'source-unreadable', path: error.path, reason: error.message };
  }
  const found = { sha256: await fingerprintOf(lines()), items: position.items, bytes: position.bytes };
  await journal.append(input.transferId, names.result, 0, [found]);
  await journal.drop(input.transferId, names.items);
  return { kind: 'done', ...found };
}

const segmentsOf = (fingerprintId: string) => ({
  items: `fingerprint/${fingerprintId}/items`,
  result: `fingerprint/${fingerprintId}/result`,
});

interface Position {
  path: string | null;
  items: number;
  bytes: number;
}

const advance = (position: Position, { path, sizeBytes }: FingerprintLine): void => {
  position.path = path;
  position.items += sizeBytes === null ? 0 : 1;
  position.bytes += sizeBytes ?? 0;
};

class ItemProblem extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** False when the slice was over first. */
async function look(
  context: FilesContext,
  { asset, transferId, extentBytes = EXTENT_BYTES }: FingerprintInput,
  { position, writer, slice }: { position: Position; writer: SegmentWriter<FingerprintLine>; slice: Slice },
): Promise<boolean> {
  const root = await openKnownRoot(context, transferId, asset.root);
  const after = position.path;
  for await (const entry of walkTree(root, {
    exclude: asset.exclude,
    ...(after === null ? {} : { after }),
  })) {
    if (slice.over) return false;
    const line = await fingerprintEntry(entry, root, { slice, extentBytes });
    advance(position, line);
    await writer.write(line);
  }
  await root.assertSame();
  return true;
}

async function fingerprintEntry(
  entry: WalkEntry,
  root: SourceRoot,
  how: { readonly slice: Slice; readonly extentBytes: number },
): Promise<FingerprintLine> {
  const { path } = entry;
  if (entry.kind === 'unreadable') throw new ItemProblem(path, entry.reason);
  if (entry.kind !== 'file') return fingerprintItem([withoutContent(entry)]);
  try {
    return await withFile(root, path, async (file) => {
      const first = await hashExtent(file, path, { ...how, fileOffset: 0 });
      const lines: [FileLine, ...FileLine[]] = [first];
      for (let at = first.length; at < file.stat.sizeBytes; at += how.extentBytes) {
        lines.push(await hashExtent(file, path, { ...how, fileOffset: at }));
      }
      return fingerprintItem(lines);
    });
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw new ItemProblem(path, error.message);
  }
}

async function hashExtent(
  file: OpenFile,
  path: string,
  { slice, extentBytes, fileOffset }: { slice: Slice; extentBytes: number; fileOffset: number },
): Promise<FileLine> {
  const { sizeBytes } = file.stat;
  const length = Math.min(extentBytes, sizeBytes - fileOffset);
  const sha256 = createHash('sha256');
  for (let at = 0; at < length; at += SMALL_FILE_BYTES) {
    const count = Math.min(SMALL_FILE_BYTES, length - at);
    await slice.pace(0, count);
    sha256.update(await readRange(file, fileOffset + at, count));
  }
  await assertUnchanged(file);
  const content = { fileOffset, length, sha256: sha256.digest('hex'), pack: null, offset: 0 };
  return { kind: 'file', path, ...ownerOf(file.stat), sizeBytes, ...content };
}
