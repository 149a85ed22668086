import { createHash } from 'node:crypto';

/** SHA-256 of the text's UTF-8 bytes, 64 lower-case hex digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const PENDING_CHARACTERS = 64 * 1024;

/** The same of the lines, each with its line end, without ever holding them as one text; nor is each handed over by itself. */
export const sha256OfLines = (lines: Iterable<string>): string => {
  const hash = createHash('sha256');
  let pending = '';
  for (const line of lines) {
    pending += `${line}\n`;
    if (pending.length < PENDING_CHARACTERS) continue;
    hash.update(pending, 'utf8');
    pending = '';
  }
  return hash.update(pending, 'utf8').digest('hex');
};
