import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { hasBody, limitedBody } from './request-body';

/**
 * Stands for the platform's Request, which the library's HttpRequest asks for everything, and makes one only where it must: most handlers
 * read a method, a parameter or a header. A Request and its Headers took a third of the processor of a request that is answered at once.
 */
export class LazyRequest {
  readonly url: string;
  readonly method: string;
  private made: Request | null = null;
  private readHeaders: Headers | null = null;

  constructor(
    private readonly request: IncomingMessage,
    url: URL,
    private readonly bodyLimitBytes: number,
  ) {
    this.url = url.href;
    this.method = request.method ?? 'GET';
    if (!this.hasBody) request.resume();
  }

  get headers(): Headers {
    return this.made?.headers ?? (this.readHeaders ??= headersOf(this.request));
  }

  get body(): Request['body'] {
    return this.hasBody ? this.native.body : null;
  }

  get bodyUsed(): boolean {
    return this.made?.bodyUsed ?? false;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.native.arrayBuffer();
  }

  async blob(): Promise<Blob> {
    return this.native.blob();
  }

  async formData(): Promise<FormData> {
    return this.native.formData();
  }

  async json(): Promise<unknown> {
    return this.native.json();
  }

  async text(): Promise<string> {
    return this.native.text();
  }

  clone(): Request {
    return this.native.clone();
  }

  private get hasBody(): boolean {
    return this.method !== 'GET' && this.method !== 'HEAD' && hasBody(this.request);
  }

  private get native(): Request {
    return (this.made ??= this.make());
  }

  private make(): Request {
    const init: RequestInit = { method: this.method, headers: this.headers };
    if (this.hasBody) {
      init.body = Readable.toWeb(limitedBody(this.request, this.bodyLimitBytes)) as ReadableStream;
      init.duplex = 'half';
    }
    return new Request(this.url, init);
  }
}

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  return headers;
};
