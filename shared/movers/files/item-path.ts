import { MigrationError } from '../../contracts/errors';

/**
 * Paths of items are stored, logged and used as blob names in one reversible encoding, for file names are bytes and blob names
 * are text. `%XX` (one byte each) stands for `%` itself, bytes that are no valid UTF-8, control characters, backslash, what Unicode
 * leaves unassigned for good or to private use, and a dot at the end of a segment; Blob Storage refuses or alters these
 * (Naming and Referencing Containers, Blobs, and Metadata). All else stays as it is, so two files never share a name.
 */
export function encodeSegment(name: Buffer): string {
  const text = name.toString('utf8');
  if (PLAIN.test(text)) return text;
  let encoded = '';
  for (let at = 0; at < name.length;) {
    const length = sequenceLength(name, at);
    const sequence = name.subarray(at, at + length);
    const character = sequence.toString('utf8');
    const last = at + length === name.length;
    encoded += FORBIDDEN.test(character) || (last && character === '.') ? escapeBytes(sequence) : character;
    at += length;
  }
  return encoded;
}

/** The same for a name given byte by byte (latin1). */
export const encodeRaw = (raw: string): string =>
  PLAIN.test(raw) ? raw : encodeSegment(Buffer.from(raw, 'latin1'));

/** What `encodeRaw` made it of. */
export const rawOf = (segment: string): string =>
  PLAIN.test(segment) ? segment : decodeSegment(segment).toString('latin1');

/** The bytes of a path that `encodeSegment` made; refuses what it can't have made, such as a path that leaves the root. */
export function decodePath(path: string): Buffer {
  return Buffer.concat(
    path.split('/').flatMap((segment, index) => {
      const name = decodeSegment(segment);
      const honest = name.length > 0 && encodeSegment(name) === segment && !name.includes('/');
      if (!honest || segment === '..' || isDots(name)) {
        throw new MigrationError('invalid-input', `not a path below a root: ${JSON.stringify(path)}`);
      }
      return index === 0 ? [name] : [Buffer.from('/'), name];
    }),
  );
}

/** Whether that names a file below a root, and is how such a file's name is written. */
export function isFilePath(path: string): boolean {
  try {
    const isShort = path.split('/').every((part) => rawOf(part).length <= MAX_FILE_NAME);
    return isShort && !decodePath(path).includes(0);
  } catch (error) {
    if (error instanceof MigrationError && error.code === 'invalid-input') return false;
    throw error;
  }
}

/** Order of a walk: a folder's items directly after it, names by code unit. Negative if `a` comes first. */
export function comparePaths(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

export const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** Why Blob Storage can't hold a blob of that name; null if it can. */
export function nameProblem(blobName: string): string | null {
  if (blobName.length > MAX_NAME) return `blob name of ${blobName.length} characters, at most ${MAX_NAME}`;
  const segments = blobName.split('/').length;
  return segments > MAX_SEGMENTS ? `blob name of ${segments} segments, at most ${MAX_SEGMENTS}` : null;
}

const SLASH = 47;
const MAX_NAME = 1_024;
const MAX_SEGMENTS = 254;
/** Bytes, in all file systems in use. */
const MAX_FILE_NAME = 255;
const PLAIN = /^[A-Za-z0-9_ -]+(?:\.[A-Za-z0-9_ -]+)*$/;
const FORBIDDEN = /[%\\\u0000-\u001f\u007f-\u009f\ufffd\p{Co}\p{Noncharacter_Code_Point}]/u;

/** Slash sorts before everything: encoded paths hold no control characters. */
const rank = (code: number): number => (code === SLASH ? 0 : code);

const isDots = (name: Buffer): boolean => name.equals(Buffer.from('.')) || name.equals(Buffer.from('..'));

const escapeBytes = (bytes: Buffer): string =>
  [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** Length of the well-formed UTF-8 sequence at that place; 1 for a byte that starts none. */
function sequenceLength(name: Buffer, at: number): number {
  const first = name[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const sequence = name.subarray(at, at + length);
  return Buffer.from(sequence.toString('utf8')).equals(sequence) ? length : 1;
}

function decodeSegment(segment: string): Buffer {
  const parts = segment.split(/(%[0-9A-F]{2})/);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );
}
