import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';

/**
 * What every block of a journal's blob ends with: a line of its own and of fixed size, so that reading the last bytes of a blob
 * tells how many lines the segment has. It begins with a blank, as no line of a journal does, and is JSON all the same.
 */
const Footer = z.object({
  /** Lines of the segment up to here. */
  lines: z.number().int().min(0),
  /** Blocks of this blob up to here. */
  blocks: z.number().int().min(1),
  /** Whose append this was: tells an append whose answer was lost from one that somebody else made. */
  append: z.string(),
  /** The segment goes on in the next blob; nothing may be added to this one. */
  closed: z.boolean(),
});
export type Footer = z.infer<typeof Footer>;

export const FOOTER_BYTES = 128;
const BLANK = 0x20;

export const footerOf = (footer: Footer): Buffer =>
  Buffer.from(` ${JSON.stringify(footer)}`.padEnd(FOOTER_BYTES - 1).concat('\n'), 'ascii');

export const isFooter = (line: Buffer): boolean => line[0] === BLANK;

/** Throws `internal` for anything else: the blob was written by somebody else. */
export function parseFooter(line: Buffer): Footer {
  try {
    return Footer.parse(JSON.parse(line.toString('ascii')));
  } catch (cause) {
    throw new MigrationError('internal', 'A journal blob does not end as journals do', { cause });
  }
}
