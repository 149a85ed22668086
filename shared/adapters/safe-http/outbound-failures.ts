import { MigrationError } from '../../contracts/errors';
import { OutboundFailure, type OutboundFailureKind } from '../../ports/outbound-http';

const KIND_BY_CODE: Readonly<Record<string, OutboundFailureKind>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
};

/** Refusals and the caller's mistakes stay what they are; trouble on the way is named by kind, host and code, never by path or header. */
export function describeFailure(error: unknown, url: URL): Error {
  if (error instanceof MigrationError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG' && error instanceof Error) return error;
  const kind = isTimeout(error) ? 'timeout' : (KIND_BY_CODE[code] ?? (isTls(code) ? 'tls' : 'broken'));
  return new OutboundFailure(kind, `${WORDS[kind]} ${url.host} (${code})`, { cause: error });
}

const WORDS: Readonly<Record<OutboundFailureKind, string>> = {
  timeout: 'No answer in time from',
  unresolved: 'No address found for',
  unreachable: 'No connection to',
  broken: 'The exchange broke off with',
  tls: 'No trusted TLS connection to',
  busy: 'Asked to come back later by',
};

const isTls = (code: string): boolean => /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code);

/** By shape: `AbortSignal.timeout` ends with a DOMException whose `code` is a number, and an error may be of another realm. */
const isTimeout = (error: unknown): boolean => textOf(error, 'name') === 'TimeoutError';

const codeOf = (error: unknown): string => textOf(error, 'code') ?? textOf(error, 'name') ?? 'unknown';

function textOf(error: unknown, key: 'code' | 'name'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = (error as Record<typeof key, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
