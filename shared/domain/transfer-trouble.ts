/**
 * What kind of trouble stopped a slice: the service is too `busy`, something on the way failed that may be there again soon
 * (`transient`), a `credential` was not accepted that may be renewed, or nothing that waiting mends (`permanent`).
 */
export type Trouble = 'busy' | 'transient' | 'credential' | 'permanent';

export type AfterTrouble =
  | { readonly kind: 'again'; readonly inMs: number }
  /** A person has to look. */
  | { readonly kind: 'give-up' };

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * MINUTE_MS;
/** Nothing has moved for so long: waiting by itself is no plan any more. */
const GIVE_UP_MS = { busy: 60 * MINUTE_MS, transient: 30 * MINUTE_MS, credential: 15 * MINUTE_MS };

const BUSY_STATUS = [429, 503];
const TRANSIENT_STATUS = [408, 500, 502, 504];
/** Of Node's sockets and name look-up. */
const CONNECTION_CODES = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
];
const CREDENTIAL_CODES = [
  'unauthenticated',
  'identity-unavailable',
  'secret-unavailable',
  'AuthenticationFailed',
];
const CREDENTIAL_NAMES = [
  'AuthenticationError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
];

/** Tells by codes, status and names alone, those of the error itself or of what caused it; what none of them tells is permanent. */
export function troubleOf(error: unknown): Trouble {
  if (typeof error !== 'object' || error === null) return 'permanent';
  const { code, name, statusCode, cause } = error as Readonly<Record<string, unknown>>;
  const isOf = (known: readonly unknown[], value: unknown): boolean => known.includes(value);
  if (isOf(BUSY_STATUS, statusCode)) return 'busy';
  if (isOf(CREDENTIAL_CODES, code) || isOf(CREDENTIAL_NAMES, name) || statusCode === 401) return 'credential';
  if (isOf(TRANSIENT_STATUS, statusCode) || isOf(CONNECTION_CODES, code)) return 'transient';
  // A request of the SDK that got no answer, or none in time.
  if ((name === 'RestError' && statusCode === undefined) || name === 'AbortError') return 'transient';
  return cause === undefined || cause === error ? 'permanent' : troubleOf(cause);
}

/** When to try again, after so many tries since something moved last, and so long. */
export function afterTrouble(
  trouble: Trouble,
  { tries, stalledMs }: { tries: number; stalledMs: number },
): AfterTrouble {
  if (trouble === 'permanent' || stalledMs >= GIVE_UP_MS[trouble]) return { kind: 'give-up' };
  const inMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 16));
  return { kind: 'again', inMs: Math.min(inMs, GIVE_UP_MS[trouble] - stalledMs) };
}
