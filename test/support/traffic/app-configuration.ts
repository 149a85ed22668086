// A store of Azure App Configuration for the real SDK: HTTPS with a certificate of its own, key-values with etags, If-Match (412), locks
// (409), Sync-Token: a read without the token of the last write sees what was before it. It does not prove roles, replicas, throttling
// quotas, or how soon applications see a change.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../self-signed-certificate';

interface KeyValue {
  value: string;
  contentType: string | null;
  tags: Record<string, string>;
  locked: boolean;
  etag: string;
}

export interface AppConfigurationStandIn {
  readonly url: string;
  /** PEM of the certificate to trust. */
  readonly certificate: string;
  /** By key, and `key\nlabel` where there is a label. */
  readonly settings: Map<string, KeyValue>;
  readonly writes: () => number;
  put(key: string, value: string, more?: Partial<KeyValue>): void;
  /** Answers the next requests with these statuses, or cuts the connection after the request took effect. */
  readonly instead: (number | 'cut-after')[];
  close(): Promise<void>;
}

const TYPE = 'application/vnd.microsoft.appconfig.kv+json; charset=utf-8';

export const startAppConfiguration = async (): Promise<AppConfigurationStandIn> => {
  const { key, cert } = selfSignedCertificate();
  const settings = new Map<string, KeyValue>();
  let before = new Map<string, KeyValue>();
  let sequence = 0;
  let writes = 0;
  const instead: (number | 'cut-after')[] = [];

  const put = (name: string, value: string, more: Partial<KeyValue> = {}): void => {
    settings.set(name, { value, contentType: null, tags: {}, locked: false, ...more, etag: randomUUID() });
  };

  const write = (
    name: string,
    found: KeyValue | undefined,
    ifMatch: string | undefined,
    text: string,
  ): number => {
    if (ifMatch !== undefined && ifMatch !== `"${found?.etag}"`) return 412;
    if (found?.locked) return 409;
    before = new Map(settings);
    const {
      value,
      content_type: contentType = null,
      tags = {},
    } = JSON.parse(text) as {
      value: string;
      content_type?: string | null;
      tags?: Record<string, string>;
    };
    put(name, value, { contentType, tags });
    sequence += 1;
    writes += 1;
    return 200;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sayToken = (): void => {
      if (sequence > 0) response.setHeader('sync-token', `store=${sequence};sn=${sequence}`);
    };
    sayToken();
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://store');
    const label = searchParams.get('label');
    const name = [decodeURIComponent(pathname.replace('/kv/', '')), ...(label === null ? [] : [label])].join(
      '\n',
    );
    const next = instead.shift();
    if (typeof next === 'number') return refuse(response, next);
    if (!request.headers.authorization?.startsWith('Bearer ')) return refuse(response, 401);
    if (request.method === 'PUT') {
      const status = write(name, settings.get(name), request.headers['if-match'], text);
      if (status !== 200) return refuse(response, status);
      sayToken();
    }
    if (next === 'cut-after') return void request.socket.destroy();
    const isFresh =
      sequence === 0 || request.method === 'PUT' || request.headers['sync-token'] === `store=${sequence}`;
    const found = (isFresh ? settings : before).get(name);
    if (!found) return refuse(response, 404);
    const { value, contentType, tags, locked, etag } = found;
    response.writeHead(200, {
      'content-type': TYPE,
      etag: `"${etag}"`,
    });
    const [plainKey, plainLabel = null] = name.split('\n');
    response.end(
      JSON.stringify({
        etag,
        key: plainKey,
        label: plainLabel,
        content_type: contentType,
        value,
        tags,
        locked,
        last_modified: '2026-11-21T12:00:00+00:00',
      }),
    );
  };

  const server = createServer({ key, cert }, (request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    settings,
    writes: () => writes,
    put,
    instead,
    close: () => new Promise((closed) => server.close(() => closed()).closeAllConnections()),
  };
};

const refuse = (response: ServerResponse, status: number): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8' });
  response.end(JSON.stringify({ type: 'https://azconfig.io/errors/refused', title: 'Refused', status }));
};
