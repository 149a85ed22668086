import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BUFFERED_BYTES, CopyOut } from './copy-out';
import type { OfflineSlice } from './offline-slice';

export interface Relay {
  readonly source: Client;
  readonly target: Client;
  /** COPY … TO STDOUT on the source. */
  readonly read: string;
  /** COPY … FROM STDIN on the target, in the same format. */
  readonly write: string;
  readonly slice: OfflineSlice;
  readonly advance: (bytes: number) => void;
}

/**
 * Streams what one server gives into the other. Where it throws, both connections are of no use any more; what the target was sent
 * counts for nothing, because its transaction was not committed.
 */
export async function relayCopy({ source, target, read, write, slice, advance }: Relay): Promise<CopiedRows> {
  const reader = source.query(new CopyOut(read));
  const writer = target.query(copyFrom(write, { highWaterMark: BUFFERED_BYTES }));
  let bytes = 0;
  async function* paced(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const wait = slice.allow(chunk.byteLength);
      if (wait !== null) await wait;
      bytes += chunk.byteLength;
      advance(chunk.byteLength);
      yield chunk;
    }
  }
  await pipeline(reader, paced, writer, { signal: slice.stopped });
  return { rows: writer.rowCount, bytes };
}

export interface CopiedRows {
  readonly rows: number;
  readonly bytes: number;
}
