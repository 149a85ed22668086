/**
 * Where Application Insights takes telemetry in, as its exporter sends it: JSON lines or arrays, often compressed, over HTTPS with
 * a certificate of its own. It takes everything; it doesn't prove sign-in, sampling, quotas, or what a query finds later.
 */
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { selfSignedCertificate } from '../self-signed-certificate';

export interface Envelope {
  readonly name: string;
  /** In percent. */
  readonly sampleRate?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly data: { readonly baseType: string; readonly baseData: Readonly<Record<string, unknown>> };
}

export interface Ingestion {
  readonly connectionString: string;
  /** PEM of the certificate to trust. */
  readonly certificate: string;
  readonly envelopes: Envelope[];
  /** Everything that came, headers included, as text. */
  everything(): string;
  stop(): Promise<void>;
}

export async function startIngestion(): Promise<Ingestion> {
  const envelopes: Envelope[] = [];
  const texts: string[] = [];
  const { key, cert } = selfSignedCertificate();
  const server = createServer({ key, cert }, (request, response) => {
    void textOf(request).then((text) => {
      texts.push(JSON.stringify(request.headers), request.url ?? '', text);
      const items = /^\/v2(\.\d)?\/track/.test(request.url ?? '') ? itemsOf(text) : [];
      envelopes.push(...items);
      const answer = { itemsReceived: items.length, itemsAccepted: items.length, errors: [] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    connectionString: `InstrumentationKey=22222222-3333-4444-8555-666666666666;IngestionEndpoint=${address};LiveEndpoint=${address}`,
    certificate: cert,
    envelopes,
    everything: () => texts.join('\n'),
    stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const bytes = await buffer(request);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

const itemsOf = (text: string): Envelope[] =>
  text.startsWith('[')
    ? (JSON.parse(text) as Envelope[])
    : text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Envelope);
