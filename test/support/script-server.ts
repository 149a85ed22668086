// A customer's script behind HTTP: it checks Standard Webhooks signatures, answers with the findings it was given, and can take its
// time (202). It does not prove that a real script looks at anything.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { ScriptRequest, type ScriptReply } from '../../shared/contracts/checklist';

interface Instead {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface ScriptServer {
  readonly url: string;
  readonly secret: string;
  readonly findings: ScriptReply['findings'];
  readonly requests: ScriptRequest[];
  /** Method and path of every call that was signed. */
  readonly paths: string[];
  /** Answered instead, once each. */
  readonly instead: Instead[];
  /** How often its run is looked at before it is through. */
  takesPolls: number;
  close(): Promise<void>;
}

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

export async function startScriptServer(): Promise<ScriptServer> {
  const webhook = new Webhook(SECRET);
  let polls = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const send = ({ status, headers, body: text = '' }: Instead) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    try {
      webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      return void send({ status: 401 });
    }
    server.paths.push(`${request.method} ${request.url}`);
    if (request.method === 'POST') server.requests.push(ScriptRequest.parse(JSON.parse(body)));
    else polls += 1;
    const instead = server.instead.shift();
    if (instead !== undefined) return void send(instead);
    if (polls < server.takesPolls)
      return void send({ status: 202, headers: { location: '/runs/1', 'retry-after': '0' } });
    send({ status: 200, body: JSON.stringify({ findings: server.findings }) });
  };
  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: ScriptServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/scan`,
    secret: SECRET,
    findings: [],
    requests: [],
    paths: [],
    instead: [],
    takesPolls: 0,
    close: () => new Promise((resolve) => http.close(() => resolve()).closeAllConnections()),
  };
  return server;
}
