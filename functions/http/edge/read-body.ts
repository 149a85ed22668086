import type { HttpRequest } from '@azure/functions';
import { passed, problem, refused, type Checked } from './reply';

export const BODY_LIMIT_BYTES = 1024 * 1024;

/** The body's text: at most 1 MiB (413), UTF-8 without repairs (400), so that what was signed is what is read. */
export async function readBody(request: HttpRequest): Promise<Checked<string>> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > BODY_LIMIT_BYTES) return tooLarge();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    const bytes = chunk as Uint8Array;
    sizeBytes += bytes.byteLength;
    if (sizeBytes > BODY_LIMIT_BYTES) return tooLarge();
    chunks.push(bytes);
  }
  try {
    return passed(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)));
  } catch {
    return refused(problem(400, 'invalid-input', 'The body is not UTF-8.'));
  }
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

const tooLarge = () =>
  refused(problem(413, 'too-large', `A body may have at most ${BODY_LIMIT_BYTES} bytes.`));
