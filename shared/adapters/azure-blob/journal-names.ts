const PART_NAME = /^(.*)\.(\d{16})\.jsonl$/s;
/** A dot would end the segment's name or, at the end of a path's part, be cut off by clients; controls break listings. */
const UNSAFE = /[%.\u0000-\u001f\u007f]/g;

const escaped = (text: string): string =>
  text.replace(UNSAFE, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

const unescaped = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** What the blobs of all segments whose names start so start with; escapes go by character, so prefixes stay prefixes. */
export const segmentPrefix = (journalId: string, prefix: string): string =>
  `${escaped(journalId)}/${escaped(prefix)}`;

/** What the blobs of exactly one segment start with. */
export const partPrefix = (journalId: string, segment: string): string =>
  `${segmentPrefix(journalId, segment)}.`;

/** `first` is the position of the part's first line, so that names sort in order and reading from a line finds its part. */
export const partName = (journalId: string, segment: string, first: number): string =>
  `${partPrefix(journalId, segment)}${String(first).padStart(16, '0')}.jsonl`;

/** Null for a blob that is no part of a journal. */
export function parsePartName(name: string): { segment: string; first: number } | null {
  const [, path, first] = PART_NAME.exec(name) ?? [];
  if (path === undefined || first === undefined) return null;
  return { segment: unescaped(path.slice(path.indexOf('/') + 1)), first: Number(first) };
}
