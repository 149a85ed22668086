import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  retryPolicy,
  type PipelinePolicy,
  type PipelineResponse,
  type RetryStrategy,
} from '@azure/core-rest-pipeline';

/** Longer waits than this belong to the orchestration, not to an activity. */
const LONGEST_WAIT_MS = 20_000;
const MAX_RETRIES = 4;
const TRY_MS = 60_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Retry-After in milliseconds: seconds or an HTTP date (RFC 9110); null where absent or unreadable. */
export const retryAfterMs = (header: string | undefined): number | null => {
  if (header === undefined || header === '') return null;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
};

const isTrouble = ({ status }: PipelineResponse): boolean =>
  status === 408 || status === 429 || status === 500 || status >= 502;

/** A write whose fate is unknown is sent again only where sending it twice means the same. */
const isRepeatable = (method: string): boolean => method !== 'POST' && method !== 'PATCH';

const patience: RetryStrategy = {
  name: 'armPatience',
  retry({ retryCount, response, responseError }) {
    const backoffMs = 250 * 2 ** retryCount;
    const failed = response ?? responseError?.response;
    if (!failed) {
      const method = responseError?.request?.method ?? 'GET';
      return isRepeatable(method) && responseError?.name !== 'AbortError'
        ? { retryAfterInMs: backoffMs }
        : { skipStrategy: true };
    }
    if (!isTrouble(failed)) return { skipStrategy: true };
    const refused = failed.status === 429 || failed.status === 503;
    if (!refused && !isRepeatable(failed.request.method)) return { skipStrategy: true };
    const waitMs = retryAfterMs(failed.headers.get('retry-after')) ?? backoffMs;
    return waitMs > LONGEST_WAIT_MS ? { skipStrategy: true } : { retryAfterInMs: waitMs };
  },
};

/** Each try on its own; the HTTP client's own deadline outlives a connection that was cut. */
const deadline: PipelinePolicy = {
  name: 'armDeadline',
  sendRequest(request, next) {
    const late = AbortSignal.timeout(TRY_MS);
    const given = request.abortSignal;
    request.abortSignal = given instanceof AbortSignal ? AbortSignal.any([given, late]) : late;
    return next(request).finally(() => {
      if (given) request.abortSignal = given;
      else delete request.abortSignal;
    });
  },
};

/** `https`, or `http` to this very machine: a stand-in in development. Anything else would send a token in the clear. */
export const isLoopback = (endpoint: string): boolean => LOOPBACK.has(new URL(endpoint).hostname);

/** The SDK's own policy refuses `http` altogether, so the stand-in is served by this one. */
const loopbackBearer = (credential: TokenCredential, scope: string): PipelinePolicy => ({
  name: 'bearerTokenAuthenticationPolicy',
  async sendRequest(request, next) {
    if (!isLoopback(request.url)) throw new Error(`a token for this machine is not sent to ${request.url}`);
    const token = await credential.getToken(scope);
    request.headers.set('authorization', `Bearer ${token?.token ?? ''}`);
    request.allowInsecureConnection = true;
    return next(request);
  },
});

/** How every request to Resource Manager is signed and repeated. They replace the SDK clients' policies of the same purpose. */
export const armPolicies = (endpoint: string, credential: TokenCredential): readonly PipelinePolicy[] => {
  const scope = 'https://management.azure.com/.default';
  const insecure = endpoint.startsWith('http://') && isLoopback(endpoint);
  return [
    retryPolicy([patience], { maxRetries: MAX_RETRIES }),
    deadline,
    insecure
      ? loopbackBearer(credential, scope)
      : bearerTokenAuthenticationPolicy({ credential, scopes: [scope] }),
  ];
};
