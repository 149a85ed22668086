import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cookie } from '@azure/functions';
import type { ListenerContext, LoadedFunction } from '../function-app';
import { isSameKey, type HostKeys } from '../host-keys';
import type { HttpModel } from '../loader/load-app';
import { httpFunctions, matchRoute, type HttpFunction } from './http-routes';
import { sendProblem } from './problem';
import { announcesTooMuch, BodyTooLargeError, hasBody, limitedBody } from './request-body';
import { setCookie } from './set-cookie';

export interface HttpTriggerOptions {
  readonly functions: readonly LoadedFunction[];
  readonly httpModel: HttpModel;
  readonly keys: HostKeys;
  readonly routePrefix: string;
  readonly bodyLimitBytes: number;
  readonly log: ListenerContext['log'];
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** Methods that the Request class of the platform refuses. */
const UNSUPPORTED_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Serves the HTTP functions. Bodies are streams both ways; the answer's begins when the handler returns it.
 * Never rejects: whatever a handler or client does wrong becomes an answer, or a cut connection where one had begun.
 */
export const createHttpTrigger = (options: HttpTriggerOptions): HttpHandler => {
  const functions = httpFunctions(options.functions, options.routePrefix);
  return async (request, response, url) => {
    try {
      await serve(options, functions, request, response, url);
    } catch (error) {
      answerFailure(options, error, request, response);
    }
  };
};

const serve = async (
  options: HttpTriggerOptions,
  functions: readonly HttpFunction[],
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> => {
  const method = request.method ?? 'GET';
  const segments = decodeSegments(url.pathname);
  if (segments === null) return sendProblem(response, 400, 'bad-path', 'The path is not valid.');
  if (UNSUPPORTED_METHODS.has(method))
    return sendProblem(response, 501, 'method-unsupported', 'Method not supported');
  const match = matchRoute(functions, method, segments);
  if (match.kind === 'none') return sendProblem(response, 404, 'not-found', 'Not found');
  if (match.kind === 'wrongMethod') {
    const allow = match.allow.join(', ');
    if (method === 'OPTIONS') return void response.writeHead(204, { allow }).end();
    return sendProblem(response, 405, 'method-not-allowed', 'Method not allowed', { allow });
  }
  const { target, params } = match;
  if (!isAuthorized(target, request, url, options.keys)) {
    return sendProblem(response, 401, 'key-missing', 'A valid function key is required');
  }
  if (announcesTooMuch(request, options.bodyLimitBytes)) throw new BodyTooLargeError(options.bodyLimitBytes);
  const triggerData = new options.httpModel.HttpRequest({
    nativeRequest: nativeRequest(options, request, url),
    params,
  });
  const { returnValue } = await target.loaded.invoke({ triggerData });
  await sendResult(options.httpModel, returnValue, method, response);
};

const decodeSegments = (pathname: string): string[] | null => {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
};

const isAuthorized = (target: HttpFunction, request: IncomingMessage, url: URL, keys: HostKeys): boolean => {
  if (target.authLevel === 'anonymous') return true;
  const header = request.headers['x-functions-key'];
  const given = typeof header === 'string' ? header : url.searchParams.get('code');
  if (isSameKey(given, keys.admin)) return true;
  const own = keys.functions?.[target.loaded.name];
  return (
    target.authLevel === 'function' &&
    (isSameKey(given, keys.function) || (own !== undefined && isSameKey(given, own)))
  );
};

const nativeRequest = (
  { bodyLimitBytes }: HttpTriggerOptions,
  request: IncomingMessage,
  url: URL,
): Request => {
  const headers = new Headers();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    headers.append(request.rawHeaders[index] ?? '', request.rawHeaders[index + 1] ?? '');
  }
  const method = request.method ?? 'GET';
  const init: RequestInit = { method, headers };
  if (method !== 'GET' && method !== 'HEAD' && hasBody(request)) {
    init.body = Readable.toWeb(limitedBody(request, bodyLimitBytes)) as ReadableStream;
    init.duplex = 'half';
  } else {
    request.resume();
  }
  return new Request(url, init);
};

/** A handler that returns nothing answers 204, as on Azure. */
const sendResult = async (
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
  const answer = result instanceof model.HttpResponse ? result : new model.HttpResponse(result);
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  const cookies = [
    ...answer.headers.getSetCookie(),
    ...answer.cookies.map((cookie: Cookie) => setCookie(cookie)),
  ];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.statusCode = answer.status;
  if (method === 'HEAD' || answer.body === null) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  await pipeline(Readable.fromWeb(answer.body), response);
};

const answerFailure = (
  { log }: HttpTriggerOptions,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const tooLarge = causeOf(error, BodyTooLargeError);
  if (tooLarge !== null) {
    sendProblem(response, 413, 'body-too-large', tooLarge.message, { connection: 'close' });
    return;
  }
  if (request.destroyed && response.destroyed) return;
  log('error', `${request.method} ${request.url?.split('?')[0]} failed`, { error });
  sendProblem(response, 500, 'internal-error', 'The function failed', { connection: 'close' });
};

const causeOf = <T extends Error>(error: unknown, type: new (...args: never[]) => T): T | null => {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof type) return each;
  return null;
};
