import { createHash } from 'node:crypto';

/** SHA-256 of the text's UTF-8 bytes, 64 lower-case hex digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The same of the lines, each with its line end, without ever holding them as one text. */
export const sha256OfLines = (lines: Iterable<string>): string => {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line, 'utf8').update('\n');
  return hash.digest('hex');
};
