// An HTTP relay on loopback between Causeway and a real server: it lets a test act at the very moment of a request, or answer in
// the server's place. What it lets through is real; it doesn't prove anything about proxies, TLS or slow networks.
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Touch {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: Buffer;
}

/** What happens instead of passing a request on as it came. */
export type Instead =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection breaks off without an answer. */
  | { readonly kind: 'break-off' }
  /** The server does as it is asked; its answer is lost with the connection. */
  | { readonly kind: 'lose-answer' }
  /** The server is asked for another path. */
  | { readonly kind: 'path'; readonly path: string }
  /** The server's JSON answer, changed. */
  | { readonly kind: 'edit'; readonly edit: (reply: Record<string, unknown>) => Record<string, unknown> };

export type Intercept = (touch: Touch) => Promise<Instead | undefined> | Instead | undefined;

export interface HttpRelay {
  readonly url: string;
  close(): Promise<void>;
}

export async function startHttpRelay(target: () => string, intercept: Intercept): Promise<HttpRelay> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    relay(incoming, response, target(), agent, intercept).catch(() => response.destroy());
  });
  // Whoever keeps a connection must not find it closed by us just when it is used again.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      agent.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
    },
  };
}

async function relay(
  incoming: IncomingMessage,
  response: ServerResponse,
  target: string,
  agent: Agent,
  intercept: Intercept,
): Promise<void> {
  const body = await readWhole(incoming);
  const { method = 'GET', url: path = '/' } = incoming;
  const instead = await intercept({ method, path, body });
  if (instead?.kind === 'break-off') return void response.destroy();
  if (instead?.kind === 'answer') {
    const headers = { 'content-type': 'application/json', ...instead.headers };
    response.writeHead(instead.status, headers).end(instead.body);
    return;
  }
  const place = new URL(target);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      {
        agent,
        method,
        hostname: place.hostname,
        port: place.port,
        path: instead?.kind === 'path' ? instead.path : path,
        headers: incoming.headers,
      },
      resolve,
    );
    asked.on('error', reject).end(body);
  });
  if (instead?.kind === 'lose-answer') {
    await readWhole(answer);
    return void response.destroy();
  }
  if (instead?.kind !== 'edit') {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy()).pipe(response);
    return;
  }
  const reply = JSON.parse((await readWhole(answer)).toString('utf8')) as Record<string, unknown>;
  response
    .writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' })
    .end(JSON.stringify(instead.edit(reply)));
}

async function readWhole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
