import type { Sent } from './api-under-test';

/** Fields and files as a browser or `fetch` would send them; each time with another boundary. */
export async function multipart(
  fields: Readonly<Record<string, unknown>>,
): Promise<{ headers: { 'content-type': string }; body: Uint8Array }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      form.append(name, each instanceof Blob ? each : typeof each === 'string' ? each : JSON.stringify(each));
  const response = new Response(form);
  const headers = { 'content-type': response.headers.get('content-type') ?? '' };
  return { headers, body: new Uint8Array(await response.arrayBuffer()) };
}

export const csv = (name: string, ...lines: string[]): File => new File([`${lines.join('\n')}\n`], name);

export const json = (name: string, value: unknown): File => new File([JSON.stringify(value)], name);

/** An import of these files into the portfolio `main`. */
export async function importOf(
  headers: Record<string, string>,
  files: readonly File[],
  fields: Readonly<Record<string, string>> = { apply: 'true' },
): Promise<Sent> {
  const sent = await multipart({ files, ...fields });
  return { params: { id: 'main' }, headers: { ...headers, ...sent.headers }, body: sent.body };
}
