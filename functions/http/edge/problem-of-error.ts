import { MigrationError, type ErrorCode } from '../../../shared/contracts/errors';
import { problem, type Reply } from './reply';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'invalid-input': 400,
  'not-found': 404,
  'already-exists': 409,
  'stale-write': 409,
  'precondition-required': 428,
  conflict: 409,
  unauthenticated: 401,
  forbidden: 403,
  'too-large': 413,
  'idempotency-mismatch': 422,
  'idempotency-in-flight': 409,
  unsupported: 415,
  'limit-exceeded': 400,
  'log-broken': 500,
  'target-conflict': 409,
  'secret-missing': 503,
  'secret-unavailable': 503,
  'address-refused': 400,
  'identity-unavailable': 503,
  'store-unavailable': 503,
  internal: 500,
};

/** Trouble that passes, in words that say nothing of the inside. */
const PASSING: Readonly<Partial<Record<ErrorCode, string>>> = {
  'store-unavailable':
    'The store does not answer for now. A change asked for may have been made: ask again with the same Idempotency-Key.',
  'secret-unavailable': 'A secret that this needs cannot be read for now.',
};
/** It has outlasted some tens of seconds of patience already: asking sooner would only add to it. */
const RETRY_AFTER_SECONDS = '10';

/**
 * The answer for what an operation threw. A stale write is 412 where the client named a version and 409 where two requests
 * met. Anything unforeseen is 500 and says nothing of the inside; its cause belongs in the service's log.
 */
export function problemOfError(error: unknown, namedVersion: boolean): Reply {
  if (!(error instanceof MigrationError) || STATUS[error.code] === 500) {
    return problem(
      500,
      'internal',
      'Something went wrong here. It is in the log of the service under `instance`.',
    );
  }
  if (error.code === 'stale-write' && namedVersion) return problem(412, error.code, error.message);
  const passing = PASSING[error.code];
  if (passing !== undefined)
    return problem(503, error.code, passing, { headers: { 'retry-after': RETRY_AFTER_SECONDS } });
  const errors =
    error.field === undefined
      ? {}
      : { errors: [{ field: error.field, value: 'as sent', expected: error.message }] };
  return problem(STATUS[error.code], error.code, error.message, errors);
}
