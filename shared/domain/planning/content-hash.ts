import { canonicalJson } from '../canonical-json';
import { sha256Hex, sha256OfLines } from '../hash';

/** What is worked out of an item once: nothing changes it. */
export interface ItemMark {
  /** SHA-256 of its canonical JSON. */
  readonly hash: string;
  /** Of its canonical JSON. */
  readonly characters: number;
}

export const itemMark = (item: unknown): ItemMark => {
  const text = canonicalJson(item);
  return { hash: sha256Hex(text), characters: text.length };
};

/** SHA-256 of an item of a list as canonical JSON. */
export const itemHash = (item: unknown): string => itemMark(item).hash;

/** SHA-256 of the hashes of a list's items, a line each: what is as it was need not be hashed again. */
export const listHash = (itemHashes: Iterable<string>): string => sha256OfLines(itemHashes);

/** SHA-256 of the canonical JSON of the lists' hashes by name: whoever has the lists can work it out. */
export const contentHash = (hashes: Readonly<Record<string, string>>): string =>
  sha256Hex(canonicalJson(hashes));
