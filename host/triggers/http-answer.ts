import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cookie, HttpResponseInit } from '@azure/functions';
import type { HttpModel } from '../loader/load-app';
import { setCookie } from './set-cookie';

/** Statuses that come without a body. */
const BODILESS = new Set([204, 205, 304]);

/** Answers with what a handler returned. One that returns nothing answers 204, as on Azure. */
export const sendAnswer = async (
  model: HttpModel,
  result: unknown,
  method: string,
  response: ServerResponse,
): Promise<void> => {
  if (result === undefined || result === null) return void response.writeHead(204).end();
  if (typeof result !== 'object') {
    throw new TypeError(
      'The HTTP response must be an object with optional properties "body", "status", "headers", and "cookies".',
    );
  }
  const whole = result instanceof model.HttpResponse || method === 'HEAD' ? null : wholeBody(result);
  if (whole !== null) return sendWhole(result, whole, response);
  const answer = result instanceof model.HttpResponse ? result : new model.HttpResponse(result);
  setHeaders(answer.headers, answer.cookies, response);
  response.statusCode = answer.status;
  if (method === 'HEAD' || answer.body === null) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  await pipeline(Readable.fromWeb(answer.body), response);
};

interface WholeBody {
  readonly content: string | Uint8Array;
  /** Where the handler names none. */
  readonly type: string | null;
}

/**
 * The body where it is here already, as text, bytes or JSON, and null where the platform's Response should see to it. Without
 * a Response and its stream an answer costs half the processor, and comes with its length.
 */
const wholeBody = ({ status = 200, body, jsonBody }: HttpResponseInit): WholeBody | null => {
  if (!Number.isInteger(status) || status < 200 || status > 599 || BODILESS.has(status)) return null;
  if (jsonBody !== undefined && jsonBody !== null) {
    const content = JSON.stringify(jsonBody) as string | undefined;
    return content === undefined ? null : { content, type: 'application/json' };
  }
  if (typeof body === 'string') return { content: body, type: 'text/plain;charset=UTF-8' };
  return body instanceof Uint8Array ? { content: body, type: null } : null;
};

const sendWhole = (
  { status = 200, headers, cookies = [] }: HttpResponseInit,
  { content, type }: WholeBody,
  response: ServerResponse,
): void => {
  if (type !== null) response.setHeader('content-type', type);
  if (headers !== undefined || cookies.length > 0) setHeaders(new Headers(headers), cookies, response);
  response.statusCode = status;
  response.end(content);
};

const setHeaders = (headers: Headers, given: readonly Cookie[], response: ServerResponse): void => {
  for (const [name, value] of headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = [...headers.getSetCookie(), ...given.map((cookie) => setCookie(cookie))];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
};
