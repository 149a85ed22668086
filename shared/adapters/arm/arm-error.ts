import { MigrationError, type ErrorCode } from '../../contracts/errors';

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'stale-write',
  422: 'invalid-input',
  429: 'limit-exceeded',
};

/** Conflicts that pass by themselves: another operation holds the resource. */
const PASSING_CONFLICTS: ReadonlySet<string> = new Set([
  'AnotherOperationInProgress',
  'RetryableError',
  'RetryableErrorDueToAnotherOperation',
  'Conflict_OperationInProgress',
  'DeploymentActive',
  'DeploymentBeingDeleted',
]);

export interface ArmFailure {
  readonly status: number;
  /** Resource Manager's own code, such as `AuthorizationFailed`. */
  readonly armCode: string;
  readonly message: string;
  /** How long the service asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
}

/** What Resource Manager refused, after the retries that were worth it. */
export class ArmError extends MigrationError {
  readonly status: number;
  readonly armCode: string;
  readonly retryAfterMs: number | null;

  constructor({ status, armCode, message, retryAfterMs }: ArmFailure, options?: { cause?: unknown }) {
    super(CODES[status] ?? 'internal', `Resource Manager: ${armCode} (${status}): ${message}`, options);
    this.name = 'ArmError';
    this.status = status;
    this.armCode = armCode;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may well succeed later: throttled, in somebody's way, or the service in trouble. */
  get passes(): boolean {
    if (this.status === 429 || this.status >= 500) return true;
    return this.status === 409 && PASSING_CONFLICTS.has(this.armCode);
  }
}

interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Code and words of an error body, `{"error":{code,message,details}}`; the innermost details say most. */
export const describeArmError = (body: unknown): { armCode: string; message: string } => {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : body;
  if (!isObject(error)) return { armCode: 'Unknown', message: 'no description' };
  const { code, message, details }: ErrorBody = error;
  const inner = Array.isArray(details) ? details.map(describeArmError) : [];
  const words = [
    typeof message === 'string' ? message : 'no description',
    ...inner.map((detail) => `${detail.armCode}: ${detail.message}`),
  ];
  return {
    armCode: typeof code === 'string' && code !== '' ? code : 'Unknown',
    message: words.join('; ').slice(0, 2_000),
  };
};
