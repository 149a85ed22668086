import type { TokenCredential } from '@azure/core-auth';
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  setClientRequestIdPolicy,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { ArmError, describeArmError } from './arm-error';
import { armPolicies, retryAfterMs } from './arm-policies';
import { parseBody } from './arm-refusals';

export interface ArmClientOptions {
  /** `https://management.azure.com`, another cloud's, or an `http` stand-in on this machine; no trailing slash. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
}

export interface ArmRequest {
  readonly method: HttpMethods;
  /** From `/subscriptions/…` on; encoded. */
  readonly path: string;
  readonly apiVersion: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** ETag as it was read, for optimistic concurrency: `stale-write` where the resource has changed. */
  readonly ifMatch?: string;
  /** `*`: create only. */
  readonly ifNoneMatch?: '*';
}

export interface ArmReply {
  readonly status: number;
  /** Parsed JSON; null without a body. */
  readonly body: unknown;
  readonly etag: string | null;
  /** What goes on in the background; null where the request is done. */
  readonly operation: ArmOperation | null;
}

/** A long-running operation to be followed with `ArmClient.follow`; plain JSON, so that it can be kept across restarts. */
export interface ArmOperation {
  /** How it tells its end: a status document, the status code of a location, or the resource's provisioning state. */
  readonly kind: 'async-operation' | 'location' | 'resource';
  readonly url: string;
  /** How long to wait before looking. */
  readonly retryAfterMs: number;
}

export type ArmProgress =
  | { readonly kind: 'running'; readonly operation: ArmOperation }
  /** The terminal document: the result itself only where the operation was followed by location or resource. */
  | { readonly kind: 'succeeded'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly armCode: string; readonly message: string };

const DEFAULT_POLL_MS = 5_000;
const ENDED_BADLY = new Set(['failed', 'canceled', 'cancelled']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** `status` of an operation or `properties.provisioningState` of a resource, in lower case: its case varies by provider. */
const stateIn = (kind: ArmOperation['kind'], body: unknown): string | null => {
  if (!isObject(body)) return null;
  const properties = body['properties'];
  const state =
    kind === 'resource' ? isObject(properties) && properties['provisioningState'] : body['status'];
  return typeof state === 'string' ? state.toLowerCase() : null;
};

/**
 * The REST protocol of Resource Manager: bearer tokens, throttling by Retry-After, error bodies, ETags and long-running operations.
 * Adapters of single services stand on it. Throws `ArmError` for every status of 400 and above; short waits are waited out here,
 * longer ones are told by `retryAfterMs`.
 */
export class ArmClient {
  readonly #endpoint: URL;
  readonly #pipeline = createEmptyPipeline();
  readonly #http = createDefaultHttpClient();

  constructor({ endpoint, credential }: ArmClientOptions) {
    this.#endpoint = new URL(endpoint);
    this.#pipeline.addPolicy(setClientRequestIdPolicy());
    for (const policy of armPolicies(endpoint, credential)) this.#pipeline.addPolicy(policy);
  }

  async send(request: ArmRequest): Promise<ArmReply> {
    const url = new URL(request.path, this.#endpoint);
    url.searchParams.set('api-version', request.apiVersion);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const response = await this.#send(request.method, url, request);
    const body = parseBody(response.bodyAsText);
    if (response.status >= 400) throw failureOf(response, body);
    return {
      status: response.status,
      body,
      etag: response.headers.get('etag') ?? null,
      operation: this.#operationOf(request.method, url, response, body),
    };
  }

  /** The `value` items of all pages. `nextLink` is followed only to Resource Manager itself. */
  async list(request: ArmRequest): Promise<unknown[]> {
    const items: unknown[] = [];
    let { body } = await this.send(request);
    for (;;) {
      if (!isObject(body)) return items;
      if (Array.isArray(body['value'])) items.push(...(body['value'] as unknown[]));
      const next = body['nextLink'] ?? body['@odata.nextLink'];
      if (typeof next !== 'string' || next === '') return items;
      const response = await this.#send(request.method, this.#trusted(next), request);
      body = parseBody(response.bodyAsText);
      if (response.status >= 400) throw failureOf(response, body);
    }
  }

  /** Looks once at an operation. Harmless to repeat; whoever calls waits `retryAfterMs` in between. */
  async follow(operation: ArmOperation): Promise<ArmProgress> {
    const response = await this.#send('GET', this.#trusted(operation.url), {});
    const body = parseBody(response.bodyAsText);
    if (response.status >= 400) {
      const error = failureOf(response, body);
      if (error.passes || operation.kind !== 'location') throw error;
      return { kind: 'failed', armCode: error.armCode, message: error.message };
    }
    const state = stateIn(operation.kind, body);
    if (state !== null && ENDED_BADLY.has(state)) return { kind: 'failed', ...describeArmError(body) };
    const done = operation.kind === 'location' ? response.status !== 202 : state === 'succeeded';
    if (done) return { kind: 'succeeded', body };
    return { kind: 'running', operation: { ...operation, ...this.#whereNext(operation, response) } };
  }

  #whereNext({ kind, url }: ArmOperation, { headers }: PipelineResponse): Omit<ArmOperation, 'kind'> {
    const moved = kind === 'location' ? headers.get('location') : undefined;
    return { url: moved ?? url, retryAfterMs: retryAfterMs(headers.get('retry-after')) ?? DEFAULT_POLL_MS };
  }

  #operationOf(
    method: HttpMethods,
    url: URL,
    { status, headers }: PipelineResponse,
    body: unknown,
  ): ArmOperation | null {
    const waitMs = retryAfterMs(headers.get('retry-after')) ?? DEFAULT_POLL_MS;
    const statusUrl = headers.get('azure-asyncoperation');
    if (statusUrl !== undefined) return { kind: 'async-operation', url: statusUrl, retryAfterMs: waitMs };
    const location = headers.get('location');
    if (status === 202 && location !== undefined)
      return { kind: 'location', url: location, retryAfterMs: waitMs };
    const state = stateIn('resource', body);
    const goesOn = state !== null && state !== 'succeeded' && !ENDED_BADLY.has(state);
    if (goesOn && (method === 'PUT' || method === 'PATCH'))
      return { kind: 'resource', url: url.href, retryAfterMs: waitMs };
    return null;
  }

  #send(
    method: HttpMethods,
    url: URL,
    request: Pick<ArmRequest, 'body' | 'ifMatch' | 'ifNoneMatch'>,
  ): Promise<PipelineResponse> {
    const headers = createHttpHeaders({ accept: 'application/json' });
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    if (request.ifMatch !== undefined) headers.set('if-match', request.ifMatch);
    if (request.ifNoneMatch !== undefined) headers.set('if-none-match', request.ifNoneMatch);
    const text = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const toSend = createPipelineRequest({ url: url.href, method, headers, ...text });
    return this.#pipeline.sendRequest(this.#http, toSend);
  }

  /** An address out of a reply; the token goes only to Resource Manager and its regions. */
  #trusted(address: string): URL {
    const url = new URL(address, this.#endpoint);
    const regional = url.hostname.endsWith(`.${this.#endpoint.hostname}`) && url.protocol === 'https:';
    if (url.origin === this.#endpoint.origin || regional) return url;
    const message = `told to go on at ${url.origin}, which is not ${this.#endpoint.origin}`;
    throw new ArmError({ status: 0, armCode: 'ForeignAddress', message, retryAfterMs: null });
  }
}

const failureOf = ({ status, headers }: PipelineResponse, body: unknown): ArmError =>
  new ArmError({
    status,
    ...describeArmError(body),
    retryAfterMs: retryAfterMs(headers.get('retry-after')),
  });
