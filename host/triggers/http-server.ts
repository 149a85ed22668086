import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo, type Socket } from 'node:net';
import type { ListenerContext } from '../function-app';
import { HostError } from '../host-error';
import type { HttpHandler } from './http';
import { sendProblem } from './problem';

const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT_MS = 30_000;
/** Longer than a line may fall silent. */
const STALL_LIMIT_MS = 60_000;
/** Long enough for a large upload over a slow line. */
const REQUEST_TIMEOUT_MS = 30 * 60_000;

/** The host's one HTTP server. */
export class HttpServer {
  private readonly server: Server;
  private handler: HttpHandler | null = null;

  constructor(
    private readonly log: ListenerContext['log'],
    stallLimitMs = STALL_LIMIT_MS,
  ) {
    this.server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: Math.min(HEADERS_TIMEOUT_MS, stallLimitMs),
        connectionsCheckingInterval: Math.min(HEADERS_TIMEOUT_MS, stallLimitMs),
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
      (request, response) => this.handle(request, response),
    );
    this.server.timeout = stallLimitMs;
    this.server.on('clientError', refuseMalformed);
  }

  /**
   * Until `serve` is called, requests are answered 503. Port 0 takes any free one. Resolves with the URL under which this
   * machine reaches it.
   */
  async listen(port: number, address: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new HostError('port-in-use', `Port ${port} is in use.`, { cause: error })
            : error,
        ),
      );
      this.server.listen(port, address, resolve);
    });
    return `http://${reachable(address)}:${(this.server.address() as AddressInfo).port}`;
  }

  serve(handler: HttpHandler): void {
    this.handler = handler;
  }

  /** Accepts nothing new and resolves when the requests under way have been answered, or were cut after `limitMs`. */
  async close(limitMs: number): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const cut = setTimeout(() => this.server.closeAllConnections(), limitMs);
    await closed;
    clearTimeout(cut);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => response.destroy());
    response.on('timeout', () => cutStalled(request, response));
    const url = requestUrl(request);
    if (url === null)
      return sendProblem(response, 400, 'bad-request', 'The request target or Host header is not valid.');
    if (this.handler === null)
      return sendProblem(response, 503, 'starting', 'The host is starting', { 'retry-after': '1' });
    this.handler(request, response, url).catch((error: unknown) => {
      if (request.destroyed && response.destroyed) return;
      this.log('error', `${request.method} ${url.pathname} failed`, { error });
      sendProblem(response, 500, 'internal-error', 'The host failed to answer', { connection: 'close' });
    });
  }
}

const requestUrl = (request: IncomingMessage): URL | null => {
  const target = request.url ?? '/';
  const base = `http://${request.headers.host ?? '127.0.0.1'}`;
  return target.startsWith('/') && URL.canParse(base) ? URL.parse(base + target) : null;
};

/** Told when a connection with a request under way has been silent. A handler may be; a client that holds up a body either way is cut. */
const cutStalled = (request: IncomingMessage, response: ServerResponse): void => {
  if (response.writableLength > 0 || request.socket.writableLength > 0) request.socket.destroy();
  else if (!request.complete && !request.isPaused()) {
    response.once('finish', () => request.destroy());
    sendProblem(response, 408, 'body-stalled', 'The request did not go on', { connection: 'close' });
  }
};

const refuseMalformed = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** An address that stands for all of the machine's is reached under its loopback address. */
const reachable = (address: string): string => {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (isIPv6(address)) return address === '::' ? '[::1]' : `[${address}]`;
  return address;
};
