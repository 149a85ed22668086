import { MigrationError } from '../contracts/errors';

/** Most lines of one append, in every adapter of the port `Journal`. */
const APPEND_LINES = 10_000;
/** Most bytes of one append as JSON lines: well below the largest block of an append blob, 100 MiB. */
const APPEND_BYTES = 64 * 1024 * 1024;

/** The lines of an append as JSON texts, in order. Throws `limit-exceeded` or `invalid-input`; then nothing may be written. */
export function journalLines(lines: readonly unknown[]): string[] {
  if (lines.length > APPEND_LINES) {
    throw new MigrationError('limit-exceeded', `An append of ${lines.length} lines, at most ${APPEND_LINES}`);
  }
  const texts = lines.map(journalLine);
  // A UTF-16 unit is at most three bytes of UTF-8, so that most appends need no counting.
  const characters = texts.reduce((sum, text) => sum + text.length + 1, 0);
  if (characters * 3 <= APPEND_BYTES) return texts;
  const sizeBytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).byteLength + 1, 0);
  if (sizeBytes <= APPEND_BYTES) return texts;
  throw new MigrationError('limit-exceeded', `An append of ${sizeBytes} bytes, at most ${APPEND_BYTES}`);
}

function journalLine(line: unknown): string {
  const text: string | undefined = JSON.stringify(line);
  if (text !== undefined) return text;
  throw new MigrationError('invalid-input', `A journal line must be a JSON value, not ${typeof line}`);
}

/** Journal ids follow the rules of document ids. */
export function checkJournalId(journalId: string): void {
  if (/^[^/\\?#]{1,255}$/.test(journalId) && journalId.isWellFormed()) return;
  throw new MigrationError('invalid-input', `${JSON.stringify(journalId)} cannot name a journal`);
}

/** Segment names must also do as paths of blobs: no empty, `.` or `..` part. */
export function checkSegment(segment: string): void {
  const parts = segment.split('/');
  const legal = parts.every((part) => /^[^\\?#]+$/.test(part) && part !== '.' && part !== '..');
  if (legal && segment.length <= 255 && segment.isWellFormed()) return;
  throw new MigrationError('invalid-input', `${JSON.stringify(segment)} cannot name a segment`);
}

export function checkPosition(position: number): void {
  if (Number.isSafeInteger(position) && position >= 0) return;
  throw new MigrationError('invalid-input', `${position} is not a position in a segment`);
}
