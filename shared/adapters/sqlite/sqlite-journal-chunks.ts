import { journalLines } from '../../domain/journal-rules';

const CHUNK_CHARACTERS = 256 * 1024;

export interface Chunk {
  /** Of its first line, counted from the start of the append. */
  readonly offset: number;
  /** JSON lines. */
  readonly text: string;
}

/** Serialises an append into chunks that a reader can hold one at a time; a longer line is a chunk of its own. */
export function toChunks(lines: readonly unknown[]): Chunk[] {
  const chunks: Chunk[] = [];
  let pending: string[] = [];
  let characters = 0;
  const close = (end: number) => {
    if (pending.length > 0) chunks.push({ offset: end - pending.length, text: pending.join('\n') });
    pending = [];
    characters = 0;
  };
  for (const [index, text] of journalLines(lines).entries()) {
    if (characters + text.length > CHUNK_CHARACTERS) close(index);
    pending.push(text);
    characters += text.length + 1;
  }
  close(lines.length);
  return chunks;
}
