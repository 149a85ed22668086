import { isNativeError } from 'node:util/types';
import { MigrationError, type ErrorCode } from '../../../contracts/errors';

/** Five characters by appendix A of PostgreSQL's manual; null for what doesn't come from a server. */
export function sqlState(error: unknown): string | null {
  const code = codeOf(error);
  return code !== null && /^[0-9A-Z]{5}$/u.test(code) ? code : null;
}

/** The connection is gone or could not be had, or the server is busy with what will end: trying again may help. */
export function isTransient(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = codeOf(error) ?? '';
  if (NETWORK.has(code)) return true;
  const state = sqlState(error);
  if (state !== null) return TRANSIENT_STATES.some((prefix) => state.startsWith(prefix));
  // Pg's own errors for a connection that ended have no code.
  return /^(Connection terminated|timeout expired|Client has encountered a connection error|Client was closed)/u.test(
    error.message,
  );
}

/**
 * The same trouble under our stable code, with the server's message and the cause; what trying again may help, and what doesn't
 * come from a server, comes back unchanged, to be thrown and retried by policy.
 */
export function asMigrationError(error: unknown): unknown {
  if (error instanceof MigrationError || isTransient(error) || !isNativeError(error)) return error;
  const state = sqlState(error);
  if (state === null) return error;
  const [, code] = PERMANENT_STATES.find(([prefix]) => state.startsWith(prefix)) ?? [
    state,
    'internal' as const,
  ];
  return new MigrationError(code, `PostgreSQL refused (${state}): ${error.message}`, { cause: error });
}

function codeOf(error: unknown): string | null {
  if (!isNativeError(error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN'],
]);

/** Whole states or their classes: lost connections, conflicts between transactions, no room for now, shutdown and start. */
const TRANSIENT_STATES = ['08', '40', '53000', '53200', '53300', '55006', '55P03', '57', '25P03'] as const;

/** The first prefix that fits. */
const PERMANENT_STATES: readonly (readonly [string, ErrorCode])[] = [
  ['28', 'forbidden'],
  ['42501', 'forbidden'],
  ['3D000', 'not-found'],
  ['3F000', 'not-found'],
  ['42P01', 'not-found'],
  ['42703', 'not-found'],
  ['42704', 'not-found'],
  ['42883', 'not-found'],
  ['42P04', 'already-exists'],
  ['42P06', 'already-exists'],
  ['42P07', 'already-exists'],
  ['42701', 'already-exists'],
  ['42710', 'already-exists'],
  ['42723', 'already-exists'],
  ['0A', 'unsupported'],
  ['23', 'conflict'],
  ['25', 'conflict'],
  ['2BP01', 'conflict'],
  ['55', 'conflict'],
  ['53', 'limit-exceeded'],
  ['54', 'limit-exceeded'],
  ['22', 'invalid-input'],
  ['42', 'invalid-input'],
];
