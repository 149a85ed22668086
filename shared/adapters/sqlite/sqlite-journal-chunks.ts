import { MigrationError } from '../../contracts/errors';

const APPEND_LINES = 10_000;
const CHUNK_CHARACTERS = 256 * 1024;

export interface Chunk {
  /** Of its first line, counted from the start of the append. */
  readonly offset: number;
  /** JSON lines. */
  readonly text: string;
}

/** Serialises an append into chunks that a reader can hold one at a time; a longer line is a chunk of its own. */
export function toChunks(lines: readonly unknown[]): Chunk[] {
  if (lines.length > APPEND_LINES) {
    throw new MigrationError('limit-exceeded', `An append of ${lines.length} lines, at most ${APPEND_LINES}`);
  }
  const chunks: Chunk[] = [];
  let pending: string[] = [];
  let characters = 0;
  const close = (end: number) => {
    if (pending.length > 0) chunks.push({ offset: end - pending.length, text: pending.join('\n') });
    pending = [];
    characters = 0;
  };
  for (const [index, line] of lines.entries()) {
    const text = toLine(line);
    if (characters + text.length > CHUNK_CHARACTERS) close(index);
    pending.push(text);
    characters += text.length + 1;
  }
  close(lines.length);
  return chunks;
}

function toLine(line: unknown): string {
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
