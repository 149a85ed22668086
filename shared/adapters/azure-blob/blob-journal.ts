import { randomUUID } from 'node:crypto';
import { StaleWriteError } from '../../contracts/errors';
import { checkJournalId, checkPosition, checkSegment, journalLines } from '../../domain/journal-rules';
import type { Journal } from '../../ports/journal';
import { blobServiceOf, type FixedBlobAccount } from './blob-account';
import { JournalBlobs, LOST, type Part } from './journal-blobs';
import { FOOTER_BYTES, footerOf, parseFooter } from './journal-footer';
import { partName, partPrefix, segmentPrefix } from './journal-names';
import { readSegment } from './journal-reader';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry-transient';

export interface BlobJournalOptions {
  readonly retry?: Partial<RetryPolicy>;
  /** Blocks of one blob, the closing one included; the service's own limit where absent. */
  readonly partBlocks?: number;
  /** A blob that holds so much is not added to: reading from a late line reads its blob from the start. */
  readonly partBytes?: number;
}

/** The end of a segment: where the next append goes. */
interface Tail {
  readonly part: Pick<Part, 'name' | 'etag' | 'sizeBytes' | 'incarnation'> | null;
  /** Lines of the segment. */
  readonly length: number;
  readonly blocks: number;
  readonly closed: boolean;
  /** What lies of an earlier, dropped segment where the next part belongs. */
  readonly remains: readonly Part[];
}

const MAX_BLOCKS = 50_000;
const PART_BYTES = 64 * 1024 * 1024;
const KNOWN_TAILS = 1_000;
const DELETES_AT_ONCE = 8;
/** Each further look has seen somebody else's append or drop, after which the position hardly ever fits. */
const LOOKS = 10;

/**
 * Journals as append blobs of JSON lines in one container, which must exist. An append is one block, hence atomic; it is
 * conditional on the version of the blob whose lines were counted. Several instances may share a container.
 */
export class BlobJournal implements Journal {
  readonly #blobs: JournalBlobs;
  readonly #partBlocks: number;
  readonly #partBytes: number;
  readonly #tails = new Map<string, Tail>();

  constructor(account: FixedBlobAccount, container: string, options: BlobJournalOptions = {}) {
    const retry = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    this.#blobs = new JournalBlobs(blobServiceOf(account).getContainerClient(container), retry);
    this.#partBlocks = options.partBlocks ?? MAX_BLOCKS;
    this.#partBytes = options.partBytes ?? PART_BYTES;
  }

  async append(
    journalId: string,
    segment: string,
    position: number,
    lines: readonly unknown[],
  ): Promise<void> {
    checkJournalId(journalId);
    checkSegment(segment);
    checkPosition(position);
    const texts = journalLines(lines);
    const key = partPrefix(journalId, segment);
    const append = randomUUID();
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const known = texts.length === 0 ? undefined : this.#tails.get(key);
      const tail = known?.length === position ? known : await this.#look(journalId, segment);
      if (tail.length !== position) {
        const found = `holds ${tail.length} lines, not ${position}`;
        throw new StaleWriteError(`Segment ${segment} of ${journalId} ${found}`);
      }
      if (texts.length === 0) return;
      this.#tails.delete(key);
      const after = await this.#add(tail, partName(journalId, segment, position), texts, append);
      if (after !== LOST) return this.#remember(key, after);
    }
    throw new StaleWriteError(`Segment ${segment} of ${journalId} was always changed by others meanwhile`);
  }

  async *read(journalId: string, segment: string, from = 0): AsyncIterable<unknown> {
    checkPosition(from);
    const { parts } = await this.#parts(journalId, segment);
    yield* readSegment(this.#blobs, journalId, parts, from);
  }

  async length(journalId: string, segment: string): Promise<number> {
    return (await this.#look(journalId, segment)).length;
  }

  async segments(journalId: string, prefix: string): Promise<readonly string[]> {
    const names = new Set<string>();
    for await (const part of this.#blobs.list(segmentPrefix(journalId, prefix)))
      if (part.first === 0 && part.sizeBytes > 0) names.add(part.segment);
    return [...names].sort();
  }

  /** Of each segment the first part goes first: without it the others are no segment any more. */
  async drop(journalId: string, prefix: string): Promise<void> {
    const bySegment = new Map<string, Part[]>();
    for await (const part of this.#blobs.list(segmentPrefix(journalId, prefix)))
      bySegment.set(part.segment, [...(bySegment.get(part.segment) ?? []), part]);
    const waiting = [...bySegment];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [segment, parts] = next;
        this.#tails.delete(partPrefix(journalId, segment));
        // A later part of another version belongs to a segment made anew since.
        for (const { name, first, etag } of parts)
          await this.#blobs.remove(name, first === 0 ? undefined : etag);
      }
    };
    await Promise.all(Array.from({ length: DELETES_AT_ONCE }, work));
  }

  async #parts(journalId: string, segment: string): Promise<{ parts: Part[]; remains: Part[] }> {
    const found: Part[] = [];
    for await (const part of this.#blobs.list(partPrefix(journalId, segment))) found.push(part);
    const [first] = found;
    const incarnation = first?.first === 0 ? first.incarnation : null;
    const { parts = [], remains = [] } = Object.groupBy(found, (part) =>
      part.incarnation === incarnation ? 'parts' : 'remains',
    );
    return { parts, remains };
  }

  async #look(journalId: string, segment: string): Promise<Tail> {
    const { parts, remains } = await this.#parts(journalId, segment);
    const part = parts.at(-1);
    if (part === undefined) return { part: null, length: 0, blocks: 0, closed: false, remains };
    if (part.sizeBytes === 0) return { part, length: part.first, blocks: 0, closed: false, remains };
    const read = await this.#blobs.read(part.name, part.sizeBytes - FOOTER_BYTES, FOOTER_BYTES);
    // Dropped between the two requests: what is there now, if anything, is another segment.
    if (read?.incarnation !== part.incarnation) return this.#look(journalId, segment);
    const { lines, blocks, closed } = parseFooter(read.bytes);
    return { part, length: lines, blocks, closed, remains };
  }

  /** Appends after that tail, in a blob of the given name where the tail takes no more; the new tail, or lost to another. */
  async #add(
    tail: Tail,
    nextName: string,
    texts: readonly string[],
    append: string,
  ): Promise<Tail | typeof LOST> {
    const place = await this.#placeAfter(tail, nextName, append);
    if (place === LOST) return LOST;
    const blocks = place.blocks + 1;
    const length = tail.length + texts.length;
    const footer = footerOf({ lines: length, blocks, append, closed: false });
    const block = Buffer.concat([Buffer.from(`${texts.join('\n')}\n`, 'utf8'), footer]);
    const etag = await this.#appendOnce(place.part, block);
    if (etag === LOST) return LOST;
    const part = { ...place.part, etag, sizeBytes: place.part.sizeBytes + block.length };
    return { part, length, blocks, closed: false, remains: tail.remains };
  }

  /** The blob to append to. Closing a full one is itself conditional, so writers agree on where the segment goes on. */
  async #placeAfter(
    { part, length, blocks, closed, remains }: Tail,
    nextName: string,
    append: string,
  ): Promise<{ part: NonNullable<Tail['part']>; blocks: number } | typeof LOST> {
    if (part !== null && !closed) {
      if (blocks < this.#partBlocks - 1 && part.sizeBytes < this.#partBytes) return { part, blocks };
      const footer = footerOf({ lines: length, blocks: blocks + 1, append, closed: true });
      if ((await this.#appendOnce(part, footer)) === LOST) return LOST;
    }
    const incarnation = part?.incarnation ?? randomUUID();
    const replaces = remains.find(({ name }) => name === nextName)?.etag ?? null;
    const etag = await this.#blobs.create(nextName, incarnation, replaces);
    if (etag === LOST) return LOST;
    return { part: { name: nextName, etag, sizeBytes: 0, incarnation }, blocks: 0 };
  }

  /** Also where the answer to a try was lost: then the block lies where it belongs, with our own mark. */
  async #appendOnce(part: NonNullable<Tail['part']>, block: Buffer): Promise<string | typeof LOST> {
    const etag = await this.#blobs.append(part, block);
    if (etag !== LOST) return etag;
    const end = part.sizeBytes + block.length - FOOTER_BYTES;
    const found = await this.#blobs.read(part.name, end, FOOTER_BYTES);
    if (found?.incarnation !== part.incarnation) return LOST;
    if (!found.bytes.equals(block.subarray(-FOOTER_BYTES))) return LOST;
    // Without an etag the next append looks first.
    return '';
  }

  #remember(key: string, tail: Tail): void {
    if (tail.part?.etag === '') return;
    this.#tails.set(key, tail);
    const [oldest] = this.#tails.keys();
    if (this.#tails.size > KNOWN_TAILS && oldest !== undefined) this.#tails.delete(oldest);
  }
}
