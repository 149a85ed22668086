import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenerContext, LoadedFunction } from '../function-app';
import { isSameKey, type HostKeys } from '../host-keys';
import type { HttpModel } from '../loader/load-app';
import { sendAnswer } from './http-answer';
import { httpFunctions, matchRoute, type HttpFunction } from './http-routes';
import { LazyRequest } from './lazy-request';
import { sendProblem } from './problem';
import { announcesTooMuch, BodyTooLargeError } from './request-body';

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
    nativeRequest: new LazyRequest(request, url, options.bodyLimitBytes),
    params,
    // Else the library would parse the address once more.
    ...(url.search === '' ? { query: {} } : {}),
  });
  const { returnValue } = await target.loaded.invoke({ triggerData });
  await sendAnswer(options.httpModel, returnValue, method, response);
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
  let each = error;
  // A cause may be its own.
  for (let depth = 0; each instanceof Error && depth < 10; depth++, each = each.cause)
    if (each instanceof type) return each;
  return null;
};
