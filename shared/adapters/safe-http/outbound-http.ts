import { lookup } from 'node:dns/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { MigrationError } from '../../contracts/errors';
import type { OutboundHttp, OutboundRequest, OutboundResponse } from '../../ports/outbound-http';
import { createAddressRules } from './address-rules';
import { checkHost, guardedConnector, type Resolve } from './guarded-connector';
import { describeFailure } from './outbound-failures';

export interface OutboundHttpOptions {
  /** Networks, addresses and host names allowed besides public addresses, e.g. `127.0.0.0/8` (`createAddressRules`). */
  readonly allowed: readonly string[];
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
  /** Where names are looked up; absent: the system's resolver. */
  readonly resolve?: Resolve;
}

export interface ClosableOutboundHttp extends OutboundHttp {
  /** Ends kept connections; requests under way fail. */
  close(): Promise<void>;
}

/** HTTP over undici that connects only where it is allowed to (ASVS 5.0 section 1.3.6: server-side request forgery). */
export function createOutboundHttp(options: OutboundHttpOptions): ClosableOutboundHttp {
  const { timeoutMs = 10_000, maxResponseBytes = 1 << 20 } = options;
  const resolve = options.resolve ?? ((host) => lookup(host, { all: true }));
  const rules = createAddressRules(options.allowed);
  const agent = new Agent({
    connect: guardedConnector(rules, resolve, timeoutMs),
    connections: 16,
    maxHeaderSize: 16_384,
  });
  return {
    async request(request) {
      const url = parseUrl(request.url);
      try {
        return await send(agent, url, { timeoutMs, maxResponseBytes, ...request });
      } catch (error) {
        throw describeFailure(error, url);
      }
    },
    async checkAddress(address) {
      const url = parseUrl(address);
      await checkHost(rules, resolve, url.hostname).catch((error: unknown) => {
        throw describeFailure(error, url);
      });
    },
    close: () => agent.destroy(),
  };
}

/** As `CAUSEWAY_ALLOWED_ADDRESSES` writes it: entries between commas or spaces. */
export const parseAllowedAddresses = (setting: string | undefined): string[] =>
  (setting ?? '').split(/[\s,]+/).filter((entry) => entry !== '');

type Limited = OutboundRequest & { readonly timeoutMs: number; readonly maxResponseBytes: number };

async function send(dispatcher: Dispatcher, url: URL, request: Limited): Promise<OutboundResponse> {
  const response = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: { 'user-agent': 'causeway', ...request.headers },
    body: request.body ?? null,
    signal: AbortSignal.timeout(request.timeoutMs),
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
  });
  const body = await readLimited(response.body, request.maxResponseBytes);
  return { status: response.statusCode, headers: plainHeaders(response.headers), body };
}

async function readLimited(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes)
      throw new MigrationError('too-large', `The answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The URL parser turns every spelling of an IPv4 address (decimal, octal, hexadecimal, short) into the dotted one. */
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new MigrationError('invalid-input', 'Only absolute http and https addresses can be called');
  if (url.username !== '' || url.password !== '')
    throw new MigrationError('invalid-input', `The address of ${url.host} carries a user name or password`);
  return url;
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
