import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSameKey } from '../host-keys';
import { isLoopback } from '../loopback';
import { sendProblem } from '../triggers/problem';
import type { Metrics } from './metrics';

export type HostState = 'starting' | 'ready' | 'stopping';

export interface OperationsApiOptions {
  readonly metrics: () => Metrics;
  readonly adminKey: string;
  readonly state: () => HostState;
}

/** Azure's host keeps `/runtime` for itself, too, and has its health at the same paths. */
const PATHS = {
  '/runtime/health': 'ready',
  '/runtime/health/ready': 'ready',
  '/runtime/health/live': 'live',
  '/runtime/metrics': 'metrics',
} as const;

/** Headers of a proxy: what comes through one is from elsewhere, whatever address it has. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Health for whoever supervises the host, and metrics. Health tells strangers nothing but itself; metrics are for this machine and for
 * who has the admin key. Returns false where the path is not its own.
 */
export const serveOperations = async (
  { metrics, adminKey, state }: OperationsApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> => {
  const path = url.pathname.replace(/\/$/, '');
  if (!Object.hasOwn(PATHS, path)) return false;
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendProblem(response, 405, 'method-not-allowed', 'Method not allowed', { allow: 'GET, HEAD' });
    return true;
  }
  switch (PATHS[path as keyof typeof PATHS]) {
    case 'live':
      send(response, 200, 'text/plain; charset=utf-8', 'Healthy');
      break;
    case 'ready': {
      const isReady = state() === 'ready';
      send(
        response,
        isReady ? 200 : 503,
        'application/json',
        JSON.stringify({ status: isReady ? 'Healthy' : 'Unhealthy', state: state() }),
      );
      break;
    }
    case 'metrics':
      if (mayRead(request, url, adminKey)) await sendMetrics(response, metrics());
      else sendProblem(response, 401, 'key-missing', 'The admin key is required from other machines');
  }
  return true;
};

const sendMetrics = async (response: ServerResponse, metrics: Metrics): Promise<void> =>
  send(response, 200, metrics.contentType, await metrics.text());

const send = (response: ServerResponse, status: number, contentType: string, body: string): void => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
};

const mayRead = (request: IncomingMessage, url: URL, adminKey: string): boolean => {
  const header = request.headers['x-functions-key'];
  const given = typeof header === 'string' ? header : url.searchParams.get('code');
  return given === null ? isFromThisMachine(request, url) : isSameKey(given, adminKey);
};

/** A page in a browser of this machine may ask as well; the name it was told to ask is then not this machine's. */
const isFromThisMachine = (request: IncomingMessage, url: URL): boolean => {
  const isLocal = isLoopback(request.socket.remoteAddress ?? '');
  const isNamedLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return isLocal && isNamedLocal && FORWARDED.every((name) => request.headers[name] === undefined);
};
