import type { HttpRequest } from '@azure/functions';
import { passed, problem, refused, type Checked } from './reply';

export const BODY_LIMIT_BYTES = 1024 * 1024;
/** What a body with files may have: as much as the hosts let through. Files may come compressed. */
export const FILES_LIMIT_BYTES = 100 * 1024 * 1024;

/** The body's text: at most 1 MiB (413), UTF-8 without repairs (400), so that what was signed is what is read. */
export async function readBody(request: HttpRequest): Promise<Checked<string>> {
  const read = await readBytes(request, BODY_LIMIT_BYTES);
  if (!read.ok) return read;
  try {
    return passed(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.value));
  } catch {
    return refused(problem(400, 'invalid-input', 'The body is not UTF-8.'));
  }
}

/** The body as it came, at most that long (413). */
export async function readBytes(
  request: HttpRequest,
  limitBytes: number,
): Promise<Checked<Buffer<ArrayBuffer>>> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limitBytes) return tooLarge(limitBytes);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    const bytes = chunk as Uint8Array;
    sizeBytes += bytes.byteLength;
    if (sizeBytes > limitBytes) return tooLarge(limitBytes);
    chunks.push(bytes);
  }
  return passed(Buffer.concat(chunks));
}

/** Whether the request says its body is of this media type; parameters such as a charset may follow. */
export function checkMediaType(headers: Headers, mediaType: string): Checked<null> {
  const sent = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (sent === mediaType) return passed(null);
  return refused(
    problem(415, 'unsupported', `Send the body as ${mediaType}.`, {
      headers: { accept: mediaType },
      errors: [
        {
          field: 'header.content-type',
          value: JSON.stringify((sent ?? '').slice(0, 100)),
          expected: mediaType,
        },
      ],
    }),
  );
}

const tooLarge = (limitBytes: number) =>
  refused(problem(413, 'too-large', `A body may have at most ${limitBytes} bytes.`));
