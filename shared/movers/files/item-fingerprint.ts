import { createHash } from 'node:crypto';
import type { ManifestLine } from './backup-manifest';

/** One item in a fingerprint; `sha256` is over all that counts of it: kind, path, size, mode, content or target, and no times. */
export interface FingerprintLine {
  readonly path: string;
  readonly sha256: string;
  /** Null where it is no file. */
  readonly sizeBytes: number | null;
}

/** Files and folders, links, and what is left out and why. A file comes in extents of one length, each with its own hash. */
export type Fingerprinted = Extract<ManifestLine, { path: string }>;

/** What counts of an item; the lines are its extents where it is a file, else just one. */
export function fingerprintItem(lines: readonly [Fingerprinted, ...Fingerprinted[]]): FingerprintLine {
  const [{ path, kind }] = lines;
  const sizeBytes = lines[0].kind === 'file' ? lines[0].sizeBytes : null;
  const sha256 = createHash('sha256').update(JSON.stringify([kind, path, sizeBytes]));
  for (const line of lines) sha256.update(JSON.stringify(factsOf(line)));
  return { path, sha256: sha256.digest('hex'), sizeBytes };
}

const factsOf = (line: Fingerprinted): readonly unknown[] => {
  switch (line.kind) {
    case 'file':
      return [line.mode, line.fileOffset, line.length, line.sha256];
    case 'folder':
      return [line.mode];
    case 'link':
      return [line.target];
    case 'omitted':
      return [line.reason];
  }
};

/** One hash over items in the order of a walk. */
export async function fingerprintOf(lines: AsyncIterable<FingerprintLine>): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const line of lines) sha256.update(`${line.sha256}\n`);
  return sha256.digest('hex');
}

/** The items of a backup's lines, extents of a file put together. */
export async function* itemsOf(lines: AsyncIterable<ManifestLine>): AsyncGenerator<FingerprintLine> {
  let item: [Fingerprinted, ...Fingerprinted[]] | null = null;
  for await (const line of lines) {
    if (!('path' in line)) continue;
    if (item !== null && line.kind === 'file' && line.fileOffset > 0) {
      item.push(line);
      continue;
    }
    if (item !== null) yield fingerprintItem(item);
    item = [line];
  }
  if (item !== null) yield fingerprintItem(item);
}
