/** Stable codes of broken invariants and refused requests; clients branch on them, so they are never renamed. */
export type ErrorCode =
  | 'invalid-input'
  | 'not-found'
  | 'already-exists'
  | 'stale-write'
  | 'precondition-required'
  | 'conflict'
  | 'unauthenticated'
  | 'forbidden'
  | 'too-large'
  | 'idempotency-mismatch'
  | 'idempotency-in-flight'
  | 'unsupported'
  | 'limit-exceeded'
  | 'log-broken'
  | 'target-conflict'
  | 'secret-missing'
  | 'secret-unavailable'
  | 'address-refused'
  | 'identity-unavailable'
  | 'store-unavailable'
  | 'internal';

/** A broken invariant or a refused request. Expected refusals inside a migration are values instead (`StepResult`). */
export class MigrationError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; field?: string },
  ) {
    super(message, options);
    this.name = 'MigrationError';
    if (options?.field !== undefined) this.field = options.field;
  }
  /** JSON path of the input at fault, e.g. `window.start`. */
  readonly field?: string;
}

/** The document changed since it was read: read it again and decide again. Never a lost update. */
export class StaleWriteError extends MigrationError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('stale-write', message, options);
    this.name = 'StaleWriteError';
  }
}
