import { isRestError } from '@azure/storage-blob';

const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);
/** The bytes were damaged on their way: sending them again is right. */
const TRANSIENT_CODES = new Set(['Md5Mismatch', 'OperationTimedOut', 'PARSE_ERROR']);
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 60_000;

export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly maxTries: number;
  /** A try that takes longer is given up. */
  readonly tryTimeoutMs: number;
  sleep(ms: number): Promise<void>;
  /** Called for each answer that the service is too busy. */
  throttled?(): void;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxTries: 6,
  tryTimeoutMs: 120_000,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Tries again after transient trouble: as long as the service's Retry-After says, otherwise after a doubling, jittered delay.
 * Done here and not by the SDK, whose policy knows neither 429 nor Retry-After. The last error is thrown as it came.
 */
export async function retryTransient<T>(
  policy: RetryPolicy,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await withTimeout(policy.tryTimeoutMs, attempt);
    } catch (error) {
      if (isThrottled(error)) policy.throttled?.();
      if (tries >= policy.maxTries || !isTransient(error)) throw error;
      await policy.sleep(retryAfterMs(error) ?? backOffMs(tries));
    }
  }
}

/** Not `AbortSignal.timeout`, which would cut off a download's body long after its headers came in time. */
async function withTimeout<T>(timeoutMs: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    return await attempt(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

function isTransient(error: unknown): boolean {
  if (!isRestError(error)) return isAbort(error);
  if (error.code !== undefined && TRANSIENT_CODES.has(error.code)) return true;
  // No answer at all: the connection failed or broke.
  return error.statusCode === undefined || TRANSIENT_STATUS.has(error.statusCode);
}

const isThrottled = (error: unknown): boolean =>
  isRestError(error) && (error.statusCode === 503 || error.statusCode === 429);

/** Only the time limit of a try aborts. */
const isAbort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

function backOffMs(tries: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); a date counts from the answer's own Date, so that our clock doesn't matter. */
function retryAfterMs(error: unknown): number | null {
  const headers = isRestError(error) ? error.response?.headers : undefined;
  const value = headers?.get('retry-after');
  if (headers === undefined || value === undefined) return null;
  const seconds = Number(value);
  const answeredAt = Date.parse(headers.get('date') ?? '');
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - answeredAt;
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.min(waitMs, LONGEST_DELAY_MS) : null;
}
