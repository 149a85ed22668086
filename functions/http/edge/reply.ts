import type { Cookie } from '@azure/functions';
import { STATUS_CODES } from 'node:http';
import type { FieldProblem, Problem } from '../../../shared/contracts/problem';

export type Content =
  | { readonly kind: 'json'; readonly value: unknown; readonly contentType?: string }
  | { readonly kind: 'html'; readonly text: string }
  /** Saved by a browser under `name`, which is a plain file name, and never shown as a page of ours. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly contentType: string; readonly name: string }
  /** One JSON text a line, each with its line end, sent as application/x-ndjson. */
  | { readonly kind: 'lines'; readonly lines: AsyncIterable<string> };

/** What an operation answers; the edge turns it into the response of the Functions SDK. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Content;
  readonly cookies?: readonly Cookie[];
  /** With a problem: the page that shows it to a browser, where the operation has a better one than the plain one. */
  readonly page?: string;
}

/** A step of the edge: what it found out, or the answer that ends the request. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };

export const passed = <T>(value: T): Checked<T> => ({ ok: true, value });
export const refused = (reply: Reply): { readonly ok: false; readonly reply: Reply } => ({
  ok: false,
  reply,
});

export const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers,
  content: { kind: 'json', value },
});

export interface ProblemOptions {
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An RFC 9457 answer. `instance` is filled in by the edge, which knows the request. */
export function problem(status: number, code: string, detail: string, options: ProblemOptions = {}): Reply {
  const value: Problem = {
    type: `urn:causeway:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: '',
    code,
    ...(options.errors === undefined ? {} : { errors: [...options.errors] }),
  };
  return {
    status,
    headers: options.headers ?? {},
    content: { kind: 'json', value, contentType: 'application/problem+json' },
  };
}

/** The problem a reply carries; null where it is none. */
export const problemIn = ({ content }: Reply): Problem | null =>
  content?.kind === 'json' && content.contentType === 'application/problem+json'
    ? (content.value as Problem)
    : null;
