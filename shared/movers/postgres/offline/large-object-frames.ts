import { MigrationError } from '../../../contracts/errors';
import type { LargeObject } from './copy-large-objects';

/** A piece of a large object; the first one, at 0, says what else there is to know of it. */
export interface LargeObjectFrame {
  readonly id: number;
  readonly offset: number;
  readonly content: Buffer;
  /** Null in all but the first. */
  readonly about: Omit<LargeObject, 'id' | 'content'> | null;
}

export function encodeFrame({ id, offset, content, about }: LargeObjectFrame): Buffer {
  const header = Buffer.from(JSON.stringify({ id, offset, length: content.byteLength, about }));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(header.byteLength);
  return Buffer.concat([size, header, content]);
}

type Header = Omit<LargeObjectFrame, 'content'> & { readonly length: number };

/** Throws `log-broken` where the content ends within a frame. */
export async function* decodeFrames(content: AsyncIterable<Buffer>): AsyncGenerator<LargeObjectFrame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let frame = frameAt(rest); frame !== null; frame = frameAt(rest)) {
      yield frame.frame;
      rest = rest.subarray(frame.end);
    }
  }
  if (rest.byteLength > 0) throw new MigrationError('log-broken', 'large objects end in the middle of one');
}

function frameAt(bytes: Buffer): { frame: LargeObjectFrame; end: number } | null {
  if (bytes.byteLength < 4) return null;
  const headerEnd = 4 + bytes.readUInt32BE(0);
  if (bytes.byteLength < headerEnd) return null;
  const { length, ...header } = JSON.parse(bytes.subarray(4, headerEnd).toString()) as Header;
  const end = headerEnd + length;
  if (bytes.byteLength < end) return null;
  return { frame: { ...header, content: bytes.subarray(headerEnd, end) }, end };
}
