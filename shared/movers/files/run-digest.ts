import { createHash } from 'node:crypto';
import { rawOf } from './item-path';
import type { FileStat } from './source-root';

/** `size`, `mtime`, `ctime`, inode, mode, owner and group of one name, in this order: what tells one version of a file from another. */
export const FACTS = 7;

/**
 * A tree that stays as it was is compared by one digest for some hundred files of a folder, and not file by file. Runs are cut by
 * the names themselves, one in so many of them, so that a file more or less moves no cut but those beside it.
 */
const CUT_EVERY = 256;
/** Where no name cuts. */
const LONGEST = 1_024;

/** Whether a run of so many names ends with this one, encoded (FNV-1a decides). */
export function endsRun(name: string, length: number): boolean {
  if (length >= LONGEST) return true;
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  // The last bits alone depend on few characters.
  return ((hash ^ (hash >>> 16)) & (CUT_EVERY - 1)) === 0;
}

/** Of names, byte by byte (latin1), and their facts. Runs in threads as well, where it finds nothing but its arguments. */
export function digestOfFacts(
  hash: typeof createHash,
  names: readonly string[],
  facts: BigInt64Array,
): string {
  const bytes = new Uint8Array(facts.buffer, facts.byteOffset, facts.byteLength);
  // No name has a slash, so nothing else comes to the same text.
  return hash('sha256')
    .update(`${names.join('/')}//`, 'latin1')
    .update(bytes)
    .digest('base64');
}

/** The same of files whose encoded names and facts are known already. */
export function digestOfFiles(files: readonly { readonly name: string; readonly stat: FileStat }[]): string {
  const facts = new BigInt64Array(files.length * FACTS);
  for (const [number, { stat }] of files.entries()) {
    const { sizeBytes, mtimeNs, ctimeNs, inode, mode, uid, gid } = stat;
    const values = [sizeBytes, mtimeNs, ctimeNs, inode, mode, uid, gid];
    for (const [at, value] of values.entries()) facts[number * FACTS + at] = BigInt(value);
  }
  return digestOfFacts(
    createHash,
    files.map(({ name }) => rawOf(name)),
    facts,
  );
}
