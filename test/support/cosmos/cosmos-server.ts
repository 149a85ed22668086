// Cosmos DB's REST protocol as far as the store's adapter speaks it, over a real socket to the real SDK: keys and tokens checked, ETags,
// atomic batches, upserts, continuations, session tokens, change feed, faults. It does not prove the real service's query engine, indexing,
// charges, consistency between regions, partition splits, backups, roles or that its limits are where the documentation puts them.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TokenCredential } from '@azure/core-auth';
import { selfSignedCertificate } from '../self-signed-certificate';
import { CosmosAccount } from './cosmos-account';
import { CosmosAuth } from './cosmos-auth';
import { CosmosFaults, type Fault, type RequestKind } from './cosmos-faults';
import { failure, Refusal, type CosmosReply } from './cosmos-reply';

export interface CosmosServerOptions {
  /** Any free one where absent. */
  readonly port?: number;
  /** Where `stop` puts everything, and a start finds it; in memory where absent. */
  readonly dataFile?: string;
  /** Of the account, base64; a new one where absent. */
  readonly key?: string;
  /** A client sends no token over a connection without TLS. The certificate is the server's own: trust it. */
  readonly tls?: boolean;
  readonly lagTransactions?: number;
  readonly pageItems?: number;
  /** A new account has one; it grows with size and rate. Three where absent. */
  readonly physicalPartitions?: 1 | 3;
}

/** A request that was answered, with the estimate of what it would cost. */
export interface AnsweredRequest {
  readonly kind: RequestKind;
  readonly status: number;
  readonly requestUnits: number;
  readonly sizeBytes: number;
  readonly headers: IncomingMessage['headers'];
}

export interface CosmosServer {
  readonly endpoint: string;
  readonly connectionString: string;
  /** PEM, with `tls`. */
  readonly certificate: string | null;
  readonly faults: CosmosFaults;
  readonly requests: AnsweredRequest[];
  /** Everything in every container. */
  readonly storedItems: () => unknown[];
  /** An identity that the account lets in. */
  readonly credential: (lifetimeMs?: number) => TokenCredential;
  /** Lets time pass for what expires. */
  readonly advance: (ms: number) => void;
  readonly stop: () => Promise<void>;
}

export async function startCosmosServer(options: CosmosServerOptions = {}): Promise<CosmosServer> {
  const key = options.key ?? randomBytes(64).toString('base64');
  let aheadMs = 0;
  const account = new CosmosAccount(
    {
      now: () => Date.now() + aheadMs,
      lagTransactions: options.lagTransactions ?? 0,
      pageItems: options.pageItems ?? 50,
      physicalPartitions: options.physicalPartitions ?? 3,
    },
    options.dataFile ?? null,
  );
  const faults = new CosmosFaults();
  const requests: AnsweredRequest[] = [];
  let endpoint = '';
  const auth = new CosmosAuth(key, () => endpoint);
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    serve({ account, auth, faults, requests }, request, response).catch((error: unknown) => {
      send(response, failure(400, error instanceof Error ? error.message : String(error)));
    });
  };
  const tls = options.tls === true ? selfSignedCertificate() : null;
  const server =
    tls === null ? createServer(handle) : createTlsServer({ key: tls.key, cert: tls.cert }, handle);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  endpoint = `${tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    endpoint,
    certificate: tls?.cert ?? null,
    connectionString: `AccountEndpoint=${endpoint};AccountKey=${key};`,
    faults,
    requests,
    storedItems: () => account.items,
    credential: (lifetimeMs) => auth.credential(lifetimeMs),
    advance: (ms) => void (aheadMs += ms),
    stop: async () => {
      await close(server);
      account.save();
    },
  };
}

interface Serving {
  readonly account: CosmosAccount;
  readonly auth: CosmosAuth;
  readonly faults: CosmosFaults;
  readonly requests: AnsweredRequest[];
}

async function serve(
  { account, auth, faults, requests }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const segments = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const body: unknown = request.method === 'POST' ? await json(request) : null;
  const kind = kindOf(request, segments);
  const fault = faults.of(kind);
  if (fault?.kind === 'cut-before') return void request.socket.destroy();
  if (fault?.kind === 'held') await fault.until();
  const reply =
    fault?.kind === 'answer' ? faultReply(fault) : answer(account, auth, kind, request, segments, body);
  requests.push({
    kind,
    status: reply.status,
    requestUnits: reply.requestUnits ?? 0,
    sizeBytes: Number(request.headers['content-length'] ?? 0),
    headers: request.headers,
  });
  if (fault?.kind === 'silence-after') return;
  if (fault?.kind === 'cut-after') return void request.socket.destroy();
  send(response, fault?.kind === 'answer-after' ? failure(fault.status, 'injected after the fact') : reply);
}

function answer(
  account: CosmosAccount,
  auth: CosmosAuth,
  kind: RequestKind,
  request: IncomingMessage,
  segments: readonly string[],
  body: unknown,
): CosmosReply {
  try {
    return account.handle(kind, request, segments, body, auth.check(request, segments));
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

const kindOf = ({ method, headers }: IncomingMessage, segments: readonly string[]): RequestKind => {
  const [, , , , sub, id] = segments;
  if (segments.length === 0) return 'account';
  if (sub !== 'docs') return 'metadata';
  if (method === 'GET') return id === undefined && headers['a-im'] !== undefined ? 'feed' : 'read';
  if (headers['x-ms-cosmos-is-batch-request'] !== undefined) return 'batch';
  if (headers['x-ms-cosmos-is-query-plan-request'] !== undefined) return 'plan';
  if (headers['x-ms-documentdb-isquery'] !== undefined) return 'query';
  if (headers['x-ms-documentdb-is-upsert'] !== undefined) return 'upsert';
  throw new Error(`this stand-in does not know ${method} ${segments.join('/')}`);
};

const faultReply = ({ status, retryAfterMs, substatus }: Fault & { kind: 'answer' }): CosmosReply => ({
  ...failure(status, 'injected'),
  headers: {
    ...(retryAfterMs === undefined ? {} : { 'x-ms-retry-after-ms': String(retryAfterMs) }),
    ...(substatus === undefined ? {} : { 'x-ms-substatus': String(substatus) }),
  },
});

function send(response: ServerResponse, { status, body, headers, requestUnits }: CosmosReply): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-ms-activity-id': randomUUID(),
    'x-ms-request-charge': String(Math.round((requestUnits ?? 0) * 100) / 100),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
