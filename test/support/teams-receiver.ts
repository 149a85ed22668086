/**
 * A Workflows webhook as Teams offers it: takes messages over HTTP and answers as it is told. It doesn't prove that Teams shows a
 * card, that a flow is still owned by somebody, or what the real limits of size and rate are.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TeamsAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TeamsMessage {
  readonly contentType: string | undefined;
  readonly sizeBytes: number;
  readonly body: {
    readonly type: string;
    readonly attachments: readonly {
      readonly contentType: string;
      readonly content: Record<string, unknown>;
    }[];
  };
}

/** Accepts with 202 unless other answers are queued. */
export class TeamsReceiver {
  readonly messages: TeamsMessage[] = [];
  readonly #answers: TeamsAnswer[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { status, headers = {} } = this.#answers.shift() ?? { status: 202 };
        if (status === 202) {
          const contentType = request.headers['content-type'];
          this.messages.push({ contentType, sizeBytes: Buffer.byteLength(body), body: JSON.parse(body) });
        }
        response.writeHead(status, headers).end();
      });
    });
  }

  static async start(): Promise<TeamsReceiver> {
    const receiver = new TeamsReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  /** Carries a signature, as the real one does: a credential. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/workflows/x/triggers/manual/paths/invoke?sig=SECRET`;
  }

  /** Answers for the next requests, in order. */
  answer(...answers: readonly TeamsAnswer[]): void {
    this.#answers.push(...answers);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
