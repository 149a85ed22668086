import { droppedWhileRead, type JournalBlobs, type Part } from './journal-blobs';
import { isFooter, parseFooter } from './journal-footer';
import { partName } from './journal-names';

/** Bytes asked for at once, and so about what a reader holds. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const LINE_END = 0x0a;

/** Lines of a segment from a position on, and those appended meanwhile. */
export async function* readSegment(
  blobs: JournalBlobs,
  journalId: string,
  parts: readonly Part[],
  from: number,
): AsyncIterable<unknown> {
  let part = parts.findLast(({ first }) => first <= from) ?? null;
  let position = part?.first ?? 0;
  while (part !== null) {
    let closed = false;
    for await (const line of linesOf(blobs, part)) {
      if (isFooter(line)) ({ closed } = parseFooter(line));
      else if (position++ >= from) yield JSON.parse(line.toString('utf8'));
    }
    part = closed ? await nextPart(blobs, journalId, part, position) : null;
  }
}

/** Null where nothing was appended since the part was closed. */
async function nextPart(
  blobs: JournalBlobs,
  journalId: string,
  part: Part,
  first: number,
): Promise<Part | null> {
  const name = partName(journalId, part.segment, first);
  const found = await blobs.properties(name);
  if (found?.incarnation === part.incarnation) return { ...part, name, first, sizeBytes: found.sizeBytes };
  const before = await blobs.properties(part.name);
  if (before?.incarnation !== part.incarnation) throw droppedWhileRead(part.segment);
  return null;
}

/** Without line ends, until the blob has no more. */
async function* linesOf(blobs: JournalBlobs, part: Part): AsyncIterable<Buffer> {
  let { sizeBytes } = part;
  let offset = 0;
  let pending = Buffer.alloc(0);
  for (;;) {
    if (offset >= sizeBytes) {
      const now = await blobs.properties(part.name);
      if (now?.incarnation !== part.incarnation) throw droppedWhileRead(part.segment);
      if (now.sizeBytes === offset) return;
      sizeBytes = now.sizeBytes;
    }
    const chunk = await blobs.read(part.name, offset, Math.min(CHUNK_BYTES, sizeBytes - offset));
    if (chunk?.incarnation !== part.incarnation) throw droppedWhileRead(part.segment);
    offset += chunk.bytes.length;
    const bytes = Buffer.concat([pending, chunk.bytes]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    pending = bytes.subarray(start);
  }
}
