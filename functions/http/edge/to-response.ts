import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { Readable } from 'node:stream';
import type { Problem } from '../../../shared/contracts/problem';
import { PAGE_HEADERS } from './page-frame';
import { problemIn, type Content, type Reply } from './reply';

export interface Occasion {
  readonly request: HttpRequest;
  readonly instance: string;
  readonly page: ((problem: Problem) => string) | undefined;
}

const COMMON = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The reply in the SDK's shape. A refused page shows its problem to a browser, and as JSON to everything else. */
export function toResponse(reply: Reply, { request, instance, page }: Occasion): HttpResponseInit {
  const found = problemIn(reply);
  const named = found === null ? null : { ...found, instance };
  const wantsHtml = (request.headers.get('accept') ?? '').includes('text/html');
  const content =
    named === null
      ? reply.content
      : showProblem(named, wantsHtml ? (reply.page ?? page?.(named)) : undefined);
  const headers = { ...COMMON, ...contentHeaders(content), ...reply.headers };
  const body = request.method === 'HEAD' ? {} : bodyOf(content);
  return { status: reply.status, headers, cookies: [...(reply.cookies ?? [])], ...body };
}

const showProblem = (named: Problem, page: string | undefined): Content =>
  page === undefined
    ? { kind: 'json', value: named, contentType: 'application/problem+json' }
    : { kind: 'html', text: page };

function contentHeaders(content: Content | undefined): Readonly<Record<string, string>> {
  switch (content?.kind) {
    case undefined:
      return {};
    case 'json':
      return { 'content-type': content.contentType ?? 'application/json' };
    case 'html':
      return PAGE_HEADERS;
    case 'file':
      return {
        'content-type': content.contentType,
        'content-disposition': `attachment; filename="${content.name}"`,
      };
    case 'lines':
      return { 'content-type': 'application/x-ndjson' };
  }
}

function bodyOf(content: Content | undefined): { body?: string | Uint8Array | Readable } {
  switch (content?.kind) {
    case undefined:
      return {};
    case 'json':
      return { body: JSON.stringify(content.value) };
    case 'html':
      return { body: content.text };
    case 'file':
      return { body: content.bytes };
    case 'lines':
      return { body: Readable.from(toBytes(content.lines), { objectMode: false }) };
  }
}

async function* toBytes(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(line);
}
