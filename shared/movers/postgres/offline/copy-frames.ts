const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR = 0x45;
/** A message's type and its length, which counts itself. */
const HEADER_BYTES = 5;

export interface TakenFrames {
  /** Payloads of CopyData, one behind the other; part of the chunk. */
  readonly rows: Buffer;
  /** Where a message begins that ends the copy, with all that comes behind it; null: none did yet. */
  readonly rest: Buffer | null;
}

/**
 * Cuts what a server sends while it copies out into rows and everything else. Payloads move together inside the chunk they came in,
 * which nobody else may use: a message is often no longer than a row, and whatever is done for each of them adds up.
 */
export class CopyFrames {
  private readonly header = Buffer.alloc(HEADER_BYTES);
  private headerBytes = 0;
  /** Of the message under way. */
  private leftBytes = 0;
  private isRow = false;

  /** `others` is given notices and the like, whole or in pieces, with their headers. */
  constructor(private readonly others: (message: Buffer) => void) {}

  take(chunk: Buffer): TakenFrames {
    let read = 0;
    let written = 0;
    while (read < chunk.length) {
      if (this.leftBytes === 0) {
        // Nearly every one is of a row and whole.
        if (this.headerBytes === 0 && chunk[read] === COPY_DATA && read + HEADER_BYTES <= chunk.length) {
          this.leftBytes = chunk.readUInt32BE(read + 1) - 4;
          this.isRow = true;
          read += HEADER_BYTES;
        } else {
          read = this.readHeader(chunk, read);
          if (this.headerBytes < HEADER_BYTES) break;
          const rest = this.begin(chunk, read);
          if (rest !== null) return { rows: chunk.subarray(0, written), rest };
        }
      }
      const end = Math.min(read + this.leftBytes, chunk.length);
      if (this.isRow) {
        chunk.copyWithin(written, read, end);
        written += end - read;
      } else if (end > read) this.others(chunk.subarray(read, end));
      this.leftBytes -= end - read;
      read = end;
    }
    return { rows: chunk.subarray(0, written), rest: null };
  }

  /** As much of it as is there; gives where the chunk goes on. */
  private readHeader(chunk: Buffer, from: number): number {
    let at = from;
    while (this.headerBytes < HEADER_BYTES && at < chunk.length) {
      this.header[this.headerBytes] = chunk[at] ?? 0;
      this.headerBytes += 1;
      at += 1;
    }
    return at;
  }

  /** The header is whole; gives what is no longer part of the copy, header included. */
  private begin(chunk: Buffer, at: number): Buffer | null {
    this.headerBytes = 0;
    const type = this.header[0];
    if (type === COPY_DONE || type === ERROR) return Buffer.concat([this.header, chunk.subarray(at)]);
    this.isRow = type === COPY_DATA;
    this.leftBytes = this.header.readUInt32BE(1) - 4;
    if (!this.isRow) this.others(Buffer.from(this.header));
    return null;
  }
}
