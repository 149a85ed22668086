import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** At most so many are open at a time. */
export const CONNECTIONS = 100;

/** HTTP over connections that are kept: cheaper than `fetch`, and the client shares the machine with what it measures. */
export class KeepAliveClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  constructor(private readonly origin: string) {}

  async send(method: string, path: string, json?: string): Promise<Reply> {
    for (;;) {
      const response = await this.tried(method, path, json);
      if (response !== null) return { status: response.statusCode ?? 0, body: await text(response) };
    }
  }

  /** Throws unless the answer has a status of 2xx. */
  async expect(method: string, path: string, json?: string): Promise<Reply> {
    const reply = await this.send(method, path, json);
    if (reply.status < 200 || reply.status > 299)
      throw new Error(`${method} ${path}: ${reply.status} ${reply.body.slice(0, 200)}`);
    return reply;
  }

  /** Null where the server closed the connection, which had been kept, while the request was on its way. */
  private async tried(method: string, path: string, json?: string): Promise<IncomingMessage | null> {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(this.origin + path, { method, agent: this.agent, headers }, resolve);
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(null);
        else reject(error);
      });
      sent.end(json);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
