// A workload's control hook as a real HTTP server on loopback: it checks Standard Webhooks signatures, remembers idempotency
// keys and can take its time (202). It does not prove that a real application stops, starts or switches: it only keeps flags.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { ControlOperation, ControlReply, ControlRequest } from '../../shared/contracts/controls';

export interface HookCall {
  readonly method: string;
  readonly path: string;
  readonly key: string;
}

/** What to answer instead of the real reply, once. */
export interface Instead {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface HookServer {
  readonly url: string;
  readonly secret: string;
  readonly calls: HookCall[];
  /** Operations actually done, not repeated ones. */
  readonly done: string[];
  /** Answers queued for the next calls, before the real one. */
  readonly instead: Instead[];
  /** How often an operation is answered 202 before its reply. */
  takesPolls: number;
  /** Where a 202 gives the reply in the end. */
  repliesAt: 'location' | 'operation';
  close(): Promise<void>;
}

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export async function startHookServer(): Promise<HookServer> {
  const state = { serving: true, writable: true, activeSide: 'source' as 'source' | 'target' };
  const replies = new Map<string, ControlReply>();
  const polls = new Map<string, number>();
  const webhook = new Webhook(SECRET);

  const perform = (operation: ControlOperation, request: ControlRequest): ControlReply => {
    const known = replies.get(request.idempotencyKey);
    if (known !== undefined) return known;
    const configurationBefore = { side: state.activeSide };
    if (operation === 'stop') Object.assign(state, { serving: false, writable: false });
    if (operation === 'start') Object.assign(state, { serving: true, writable: request.writable ?? false });
    if (operation === 'switch') state.activeSide = request.side;
    server.done.push(operation);
    const reply = ControlReply.parse({
      ok: true,
      side: request.side,
      ...state,
      ...(operation === 'switch' && { configurationBefore, configurationAfter: { side: state.activeSide } }),
    });
    replies.set(request.idempotencyKey, reply);
    return reply;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const key = String(request.headers['webhook-id']);
    const path = request.url ?? '';
    server.calls.push({ method: request.method ?? '', path, key });
    try {
      webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      return respond(response, { status: 401, body: JSON.stringify({ title: 'Bad signature' }) });
    }
    const instead = server.instead.shift();
    if (instead !== undefined) return respond(response, instead);
    const posted = request.method === 'POST';
    const reply = posted
      ? perform(ControlOperation.parse(path.split('/').at(-1)), ControlRequest.parse(JSON.parse(body)))
      : replies.get(key);
    const asked = (polls.get(key) ?? 0) + (posted === (server.repliesAt === 'operation') ? 1 : 0);
    polls.set(key, asked);
    const finished = asked > server.takesPolls && posted === (server.repliesAt === 'operation');
    if (server.takesPolls > 0 && !finished)
      return respond(response, {
        status: 202,
        headers: { location: `/operations/${key}`, 'retry-after': '3' },
      });
    return respond(response, { status: 200, body: JSON.stringify(reply) });
  };

  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: HookServer = {
    url: `http://127.0.0.1:${port}/hooks`,
    secret: SECRET,
    calls: [],
    done: [],
    instead: [],
    takesPolls: 0,
    repliesAt: 'location',
    close: () => new Promise((resolve) => http.close(() => resolve()).closeAllConnections()),
  };
  return server;
}

function respond(response: ServerResponse, { status, headers, body }: Instead): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body ?? '');
}
