import type { FilesStratum } from '../../../contracts/copy-trial';

const SEED = 20_110;
const KIBIBYTE = 2 ** 10;
const MEBIBYTE = 2 ** 20;
const SHALLOW_FOLDERS = 2;

const SIZES = [
  { size: 'tiny', upToBytes: 64 * KIBIBYTE, sampled: 128 },
  { size: 'small', upToBytes: 8 * MEBIBYTE, sampled: 16 },
  { size: 'medium', upToBytes: 256 * MEBIBYTE, sampled: 3 },
  { size: 'large', upToBytes: Infinity, sampled: 2 },
] as const;
const DEPTHS = ['shallow', 'deep'] as const;

export interface SampledFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** In [0, 1); the same for the same path always. */
  readonly rank: number;
}

export interface Stratum extends Pick<FilesStratum, 'size' | 'depth' | 'files' | 'bytes'> {
  readonly sample: readonly SampledFile[];
}

interface Gathered {
  readonly size: (typeof SIZES)[number];
  readonly depth: (typeof DEPTHS)[number];
  readonly sample: SampledFile[];
  files: number;
  bytes: number;
}

/**
 * Files of every size class at every depth, whatever the tree holds most of. Those whose paths hash lowest are taken: the same tree
 * gives the same sample in whatever order it comes, and memory holds the sample alone.
 */
export class StratifiedSample {
  private readonly gathered: readonly Gathered[] = SIZES.flatMap((size) =>
    DEPTHS.map((depth) => ({ size, depth, sample: [], files: 0, bytes: 0 })),
  );

  add(path: string, sizeBytes: number): void {
    const depth = path.split('/', SHALLOW_FOLDERS + 2).length > SHALLOW_FOLDERS + 1 ? 1 : 0;
    const size = SIZES.findIndex(({ upToBytes }) => sizeBytes <= upToBytes);
    const stratum = this.gathered[size * DEPTHS.length + depth];
    if (stratum === undefined) return;
    stratum.files += 1;
    stratum.bytes += sizeBytes;
    take(stratum, { path, sizeBytes, rank: rankOf(path) });
  }

  strata(): Stratum[] {
    return this.gathered.map(({ size: { size }, depth, files, bytes, sample }) => ({
      ...{ size, depth, files, bytes, sample },
    }));
  }
}

function take({ sample, size: { sampled } }: Gathered, file: SampledFile): void {
  const last = sample.at(-1);
  if (sample.length === sampled && last !== undefined && !comesBefore(file, last)) return;
  const place = sample.findIndex((other) => comesBefore(file, other));
  sample.splice(place === -1 ? sample.length : place, 0, file);
  if (sample.length > sampled) sample.pop();
}

const comesBefore = (a: SampledFile, b: SampledFile): boolean =>
  a.rank === b.rank ? a.path < b.path : a.rank < b.rank;

/** FNV-1a, mixed at the end so that names that only differ in their last digits lie far apart. */
function rankOf(path: string): number {
  let hash = 0x811c9dc5 ^ SEED;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
