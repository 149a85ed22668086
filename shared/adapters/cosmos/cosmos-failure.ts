import { ErrorResponse } from '@azure/cosmos';
import { MigrationError } from '../../contracts/errors';

/**
 * What a failed request means. `throttled`: not done, try again after the wait. `unknown`: it may have been done, for its answer was
 * lost or the service cannot tell. `final`: trying again would give the same.
 */
export type Failure =
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'final' };

/** 429: over the provisioned rate. 449: a write met another one in the server. */
const NOT_DONE = [429, 449];
const UNKNOWN = [408, 410, 500, 502, 503, 504];
/** With 404: no replica has come as far as this session has seen. */
const BEHIND = 1002;
/** How a limit of ours and of the SDK's shows. */
const TIMEOUTS = ['AbortError', 'TimeoutError'];

export function classify(status: number, retryAfterMs: number | null = null): Failure {
  if (NOT_DONE.includes(status)) return { kind: 'throttled', retryAfterMs };
  return { kind: UNKNOWN.includes(status) ? 'unknown' : 'final' };
}

/** The same for what the SDK throws; without an HTTP status it was the network, a timeout or the limit of the whole call. */
export function classifyError(error: unknown): Failure {
  const cause = causeOf(error);
  if (cause instanceof ErrorResponse && typeof cause.code === 'number')
    return classify(cause.code, cause.retryAfterInMs ?? null);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  // Node's own ERR_… are mistakes of a program, not of a network.
  const isCode = typeof code === 'string' && !code.startsWith('ERR_');
  const isNetwork = isCode || (cause instanceof Error && TIMEOUTS.includes(cause.name));
  return { kind: isNetwork ? 'unknown' : 'final' };
}

/** `store-unavailable` for trouble that outlasted all patience and may pass; anything else as it is. */
export const orUnavailable = (error: unknown): unknown => {
  if (error instanceof MigrationError) return error;
  const isBehind = error instanceof ErrorResponse && error.code === 404 && error.substatus === BEHIND;
  if (classifyError(error).kind === 'final' && !isBehind) return error;
  return new MigrationError('store-unavailable', 'Cosmos DB does not answer for now', { cause: error });
};

export const statusOf = (error: unknown): number | null => {
  const cause = causeOf(error);
  return cause instanceof ErrorResponse && typeof cause.code === 'number' ? cause.code : null;
};

export const chargeOf = (error: unknown): number => {
  const cause = causeOf(error);
  return cause instanceof ErrorResponse ? Number(cause.headers?.['x-ms-request-charge'] ?? 0) : 0;
};

/** The SDK wraps the failure of a batch. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.message.startsWith('Batch request error') ? error.cause : error;
