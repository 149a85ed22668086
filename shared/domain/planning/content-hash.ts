import { canonicalJson } from '../canonical-json';
import { sha256Hex, sha256OfLines } from '../hash';

/** SHA-256 of an item of a list as canonical JSON. */
export const itemHash = (item: unknown): string => sha256Hex(canonicalJson(item));

/** SHA-256 of the hashes of a list's items, a line each: what is as it was need not be hashed again. */
export const listHash = (itemHashes: Iterable<string>): string => sha256OfLines(itemHashes);

/** SHA-256 of the canonical JSON of the lists' hashes by name: whoever has the lists can work it out. */
export const contentHash = (hashes: Readonly<Record<string, string>>): string =>
  sha256Hex(canonicalJson(hashes));
