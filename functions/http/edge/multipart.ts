import { createHash } from 'node:crypto';
import { passed, problem, refused, type Checked } from './reply';

const MOST_PARTS = 100;

/** The fields of a `multipart/form-data` body (RFC 7578): texts by name, and all files, under the one name they may have. */
export interface Parts {
  readonly fields: Readonly<Record<string, unknown>>;
  /**
   * Says the same of a body that was put together anew from the same fields and files: its boundary is another one each time, and a
   * repeated request is to be known again.
   */
  readonly digest: string;
}

/** Every file comes in a list, so that one of them is no other case than several. A repeated text keeps its last value. */
export async function readParts(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Checked<Parts>> {
  const form = await parse(bytes, contentType);
  if (form === null) return unreadable('The body is not multipart/form-data as RFC 7578 has it.');
  const fields: Record<string, unknown> = {};
  const digests: string[][] = [];
  for (const [name, value] of form) {
    if (digests.length === MOST_PARTS) return unreadable(`The body has more than ${MOST_PARTS} parts.`);
    if (name === '__proto__') return unreadable('No field is called __proto__.');
    if (typeof value === 'string') fields[name] = value;
    else fields[name] = [...(Array.isArray(fields[name]) ? (fields[name] as File[]) : []), value];
    digests.push(
      typeof value === 'string'
        ? [name, value]
        : [name, value.name, sha256(new Uint8Array(await value.arrayBuffer()))],
    );
  }
  return passed({ fields, digest: sha256(Buffer.from(JSON.stringify(digests))) });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function parse(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData | null> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  } catch {
    return null;
  }
}

const unreadable = (detail: string) => refused(problem(400, 'invalid-input', detail));
