import { Buffer } from 'node:buffer';
import { join } from 'node:path';

/** URL path of a file: every segment of its item path encoded once more. */
export const urlPathOf = (itemPath: string): string => itemPath.split('/').map(encodeURIComponent).join('/');

/** Item path out of a URL path; null for what names no file below a root. */
export function itemPathOf(urlPath: string): string | null {
  try {
    const segments = urlPath.split('/').map(decodeURIComponent);
    return segments.every(isSafeSegment) ? segments.join('/') : null;
  } catch {
    return null;
  }
}

/** The file's place on disk, as bytes: file names need not be text. */
export function filePathOf(root: string, itemPath: string): Buffer {
  return Buffer.concat([Buffer.from(join(root, '/')), decodeBytes(itemPath)]);
}

function isSafeSegment(segment: string): boolean {
  const name = decodeBytes(segment).toString('latin1');
  return !['', '.', '..'].includes(name) && !/[/\u0000]/.test(name) && !segment.includes('/');
}

const decodeBytes = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/(%[0-9A-F]{2})/)
      .map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );
