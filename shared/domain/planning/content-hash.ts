import { canonicalJson } from '../canonical-json';
import { sha256Hex, sha256OfLines } from '../hash';

/** Content that is too large for one document: lists by name. */
export type Lists = Readonly<Record<string, readonly unknown[]>>;

function* canonicalLines(items: readonly unknown[]): Generator<string> {
  for (const item of items) yield canonicalJson(item);
}

/** SHA-256 of the items as canonical JSON, a line each: what `sha256sum` says of such a file. */
export const listHash = (items: readonly unknown[]): string => sha256OfLines(canonicalLines(items));

/** SHA-256 of the canonical JSON of the lists' hashes by name: whoever has the lists can work it out. */
export const contentHash = (hashes: Readonly<Record<string, string>>): string =>
  sha256Hex(canonicalJson(hashes));
