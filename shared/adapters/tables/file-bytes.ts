import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type { InventoryFile } from '../../ports/table-reader';
import { RefusedFile } from './refused-file';
import { mebibytes, type TableLimits } from './table-limits';

export type Bytes = () => AsyncIterable<Uint8Array>;

/** The first bytes of a file, fewer only where it has fewer. */
export async function firstBytes(bytes: Bytes, count: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= count) break;
  }
  return Buffer.concat(chunks).subarray(0, count);
}

async function* atMost(
  source: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw new RefusedFile(`is larger than ${mebibytes(limit)} ${what}; split it`);
    yield chunk;
  }
}

async function* gunzipped(file: InventoryFile, limits: TableLimits): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of file.open()) {
      packed += chunk.length;
      yield chunk;
    }
  };
  const source = Readable.from(counted());
  const gunzip = source.pipe(createGunzip());
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > 2 ** 20 && unpacked > packed * limits.ratio)
        throw new RefusedFile(
          `is a bomb: it unpacks to more than ${limits.ratio} times its size; give it unpacked`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof RefusedFile) throw error;
    throw new RefusedFile(
      'begins like a gzip file and can not be unpacked; pack it again, or give it unpacked',
    );
  } finally {
    source.destroy();
  }
}

/** A file's content, unpacked where it is packed by gzip, and never more of it than the limit. */
export async function contentOf(file: InventoryFile, limits: TableLimits): Promise<Bytes> {
  const magic = await firstBytes(() => file.open(), 2);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return () => atMost(file.open(), limits.textBytes, 'in all');
  return () => atMost(gunzipped(file, limits), limits.textBytes, 'when unpacked');
}

export async function wholeContent(bytes: Bytes, limits: TableLimits): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of atMost(bytes(), limits.wholeBytes, 'for a file that has to be read whole'))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}
