import type { LoadedFunction } from '../function-app';
import { messageOf, UnprefixedFailure } from './failures';

/** The name under which a durable HTTP call stands in a history. */
export const HTTP_ACTIVITY = 'BuiltIn::HttpActivity';
const TIMEOUT_MS = 100_000;
const MAX_REDIRECTIONS = 50;
/** .NET counts these as headers of the content, which an answer to an orchestrator does not carry. */
const CONTENT_HEADERS = new Set(
  [
    'allow',
    'content-disposition',
    'content-encoding',
    'content-language',
    'content-length',
    'content-location',
  ].concat(['content-md5', 'content-range', 'content-type', 'expires', 'last-modified']),
);

/** A request as the SDK words it, and as polls repeat it. */
export interface DurableHttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly content?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly tokenSource?: { readonly kind?: string; readonly resource?: string };
  readonly asynchronousPatternEnabled?: boolean;
}

export interface DurableHttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly content: string;
}

/** The activity that every host of Azure has built in: one HTTP request. Its failures carry no prefix. */
export const httpActivity: LoadedFunction = {
  name: HTTP_ACTIVITY,
  trigger: { name: 'request', type: 'activityTrigger', direction: 'in' },
  inputs: [],
  outputs: [],
  retry: null,
  invoke: async ({ triggerData }) => {
    const [request] = triggerData as [DurableHttpRequest];
    try {
      return { returnValue: await send(request) };
    } catch (error) {
      throw new UnprefixedFailure(reasonOf(error), { cause: error });
    }
  },
};

/** Imported when first needed: most applications call nothing. */
const client = async () => {
  const { Agent, interceptors, request } = await import('undici');
  return {
    request,
    dispatcher: new Agent().compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS })),
  };
};
let loaded: ReturnType<typeof client> | null = null;

const send = async (durable: DurableHttpRequest): Promise<DurableHttpResponse> => {
  const { request, dispatcher } = await (loaded ??= client());
  const { statusCode, headers, body } = await request(durable.uri, {
    dispatcher,
    method: durable.method.toUpperCase(),
    headers: await requestHeaders(durable),
    body: durable.content ?? null,
    responseHeaders: 'raw',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { statusCode, headers: named(headers as unknown as readonly string[]), content: await body.text() };
};

const requestHeaders = async (durable: DurableHttpRequest): Promise<Record<string, string | string[]>> => {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(durable.headers ?? {}))
    headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  const type = String(headers['content-type'] ?? '');
  if (type.includes('multipart')) throw new Error('Multipart content is not supported with CallHttpAsync.');
  if (durable.content === undefined) delete headers['content-type'];
  else if (type === '') headers['content-type'] = 'text/plain';
  if (durable.tokenSource !== undefined) headers.authorization = `Bearer ${await token(durable.tokenSource)}`;
  return headers;
};

const token = async ({ kind, resource }: NonNullable<DurableHttpRequest['tokenSource']>): Promise<string> => {
  if (kind !== 'AzureManagedIdentity' || resource === undefined)
    throw new Error(
      `The token source '${String(kind)}' is not supported; AzureManagedIdentity with a resource is.`,
    );
  const { DefaultAzureCredential } = await import('@azure/identity');
  const scope = resource.endsWith('/.default') ? resource : `${resource.replace(/\/$/, '')}/.default`;
  return (await new DefaultAzureCredential().getToken(scope)).token;
};

/** Names as the server wrote them, which an orchestrator may look for; a name that came twice has all its values. */
const named = (raw: readonly string[]): Record<string, string | string[]> => {
  const values = new Map<string, { name: string; all: string[] }>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (CONTENT_HEADERS.has(name.toLowerCase())) continue;
    const known = values.get(name.toLowerCase());
    if (known === undefined) values.set(name.toLowerCase(), { name, all: [raw[at + 1] ?? ''] });
    else known.all.push(raw[at + 1] ?? '');
  }
  return Object.fromEntries(
    [...values.values()].map(({ name, all }) => [name, all.length === 1 ? (all[0] ?? '') : all]),
  );
};

/** Network errors often say in their cause, or in the first of several, what happened. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error && error.name === 'TimeoutError')
    return `The request was canceled due to the configured timeout of ${TIMEOUT_MS / 1000} seconds elapsing.`;
  return messageOf(error);
};
