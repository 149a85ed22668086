import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ContentHashes } from './blob-mark';
import { factsOf, fromSource, SourceProblem, type FileStat, type SourceRoot } from './source-root';

/** Up to here a file is read into memory and sent in one request; above it goes block by block. */
export const SMALL_FILE_BYTES = 8 * 2 ** 20;

/** Files are saved, and fingerprinted, in pieces of this size. */
export const EXTENT_BYTES = 64 * 2 ** 20;

/** Coarsest time stamps in use (FAT's 2 s): what was written less than that before reading may be written again unnoticed. */
const TIME_STAMP_GRAIN_NS = 2_000_000_000n;

export interface OpenFile {
  readonly handle: FileHandle;
  readonly stat: FileStat;
  /** See `TargetState.settled`. */
  readonly settled: boolean;
}

/** Opens a regular file for the time of `use`, which gets the facts it had when it was opened. */
export async function withFile<T>(
  root: SourceRoot,
  path: string,
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const handle = await root.openFile(path);
  try {
    const stats = await fromSource(() => handle.stat({ bigint: true }));
    if (!stats.isFile()) throw new SourceProblem('swapped', 'no file any more');
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const settled = stats.mtimeNs < nowNs - TIME_STAMP_GRAIN_NS;
    return await use({ handle, stat: factsOf(stats), settled });
  } finally {
    await handle.close();
  }
}

/** Throws `SourceProblem` if the file isn't what it was when opened: what was read may be no version of it. */
export async function assertUnchanged({ handle, stat }: OpenFile): Promise<void> {
  const now = factsOf(await fromSource(() => handle.stat({ bigint: true })));
  const same =
    now.sizeBytes === stat.sizeBytes && now.mtimeNs === stat.mtimeNs && now.ctimeNs === stat.ctimeNs;
  if (!same) throw new SourceProblem('changed', 'changed while reading');
}

/** Exactly those bytes; a file that ends earlier changed. */
export async function readRange({ handle }: OpenFile, offset: number, count: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(count);
  for (let filled = 0; filled < count;) {
    const { bytesRead } = await fromSource(() =>
      handle.read(content, filled, count - filled, offset + filled),
    );
    if (bytesRead === 0) throw new SourceProblem('changed', 'became shorter while reading');
    filled += bytesRead;
  }
  return content;
}

export const hashesOf = (content: Buffer): ContentHashes => ({
  md5: createHash('md5').update(content).digest('base64'),
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** Reads the whole file piece by piece, calling `before` each, and hashes it. Throws if it changed meanwhile. */
export async function hashFile(
  file: OpenFile,
  before: (bytes: number) => Promise<void>,
): Promise<ContentHashes> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for (let offset = 0; offset < file.stat.sizeBytes; offset += SMALL_FILE_BYTES) {
    const count = Math.min(SMALL_FILE_BYTES, file.stat.sizeBytes - offset);
    await before(count);
    const piece = await readRange(file, offset, count);
    md5.update(piece);
    sha256.update(piece);
  }
  await assertUnchanged(file);
  return { md5: md5.digest('base64'), sha256: sha256.digest('hex') };
}
