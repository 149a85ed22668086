import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respondJson } from './app-responses';

/** A connection closed for idleness while a request is on its way would look like an outage to whoever measures one. */
const KEEP_ALIVE_MS = 10 * 60_000;

export type AppHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves an application of the demo on loopback; says where on standard output, and ends when standard input does. */
export function serveApp(name: string, port: number, handle: AppHandler): void {
  const server = appServer(name, handle);
  server.listen(port, '127.0.0.1', () => {
    const address = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ event: 'listening', port: address.port })}\n`);
  });
  process.stdin.on('end', () => process.exit(0)).resume();
}

/** Not listening yet. What the application throws is answered with 500. */
export function appServer(name: string, handle: AppHandler): Server {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`${name}: ${String(error)}\n`);
      if (response.headersSent) response.destroy();
      else respondJson(response, 500, { title: 'Failed' });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}
