// A blob endpoint of signed addresses: whoever has the address gets the content. It proves that no bearer token is sent along.
// It checks no more of the signature than that it is there, lets none expire, and knows nothing of blobs.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class SignedBlobs {
  readonly #contents = new Map<string, () => Uint8Array | null>();
  #server: Server | null = null;
  /** The permission in every address: it must not turn up anywhere else. */
  readonly signature = `sig-${randomUUID()}`;
  /** Requests that carried a token, or no signature. */
  strangeRequests = 0;
  /** Nobody answers while it is true. */
  isDown = false;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      if (this.isDown) return void request.socket.destroy();
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const isSigned = url.searchParams.get('sig') === this.signature;
      if (request.headers.authorization !== undefined || !isSigned) this.strangeRequests += 1;
      const content = isSigned ? this.#contents.get(url.pathname)?.() : null;
      response.writeHead(content ? 200 : 404);
      response.end(content ?? undefined);
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** A signed address for what the function gives when it is fetched; null: it is not there. */
  sign(name: string, content: () => Uint8Array | null): string {
    const path = `/artifacts/${randomUUID()}/${name}`;
    this.#contents.set(path, content);
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}${path}?sv=2024-11-04&sig=${this.signature}`;
  }
}
