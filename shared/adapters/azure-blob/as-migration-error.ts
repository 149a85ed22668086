import { isRestError, type RestError } from '@azure/storage-blob';
import { MigrationError, type ErrorCode } from '../../contracts/errors';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'target-conflict',
  412: 'target-conflict',
  413: 'too-large',
};

/** A refusal of the service under our own stable code; what has none (transient trouble, broken requests) comes back unchanged. */
export function asMigrationError(error: unknown, subject: string): unknown {
  if (!isRestError(error) || error.statusCode === undefined) return error;
  const code = CODE_OF_STATUS[error.statusCode];
  if (code === undefined) return error;
  const detail = serviceCodeOf(error) ?? `HTTP ${error.statusCode}`;
  return new MigrationError(code, `${subject}: ${detail}`, { cause: error });
}

/** The blob is not there; a missing container is something else. */
export const isBlobNotFound = (error: unknown): boolean =>
  isRestError(error) && error.statusCode === 404 && serviceCodeOf(error) !== 'ContainerNotFound';

/** In the body of an answer, and in a header where there is no body (HEAD). */
export const serviceCodeOf = (error: RestError): string | undefined =>
  error.code ?? error.response?.headers.get('x-ms-error-code');
