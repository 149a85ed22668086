import type { ServerResponse } from 'node:http';
import { answer } from './answer';
import type { ApiRequest } from './api-request';

const DEFAULT_PAGE = 100;
export const MAX_PAGE = 1_000;
const TOKEN_HEADER = 'x-ms-continuation-token';

export interface Page<T> {
  /** What the page before ended with. */
  readonly after: T;
  readonly limit: number;
}

/**
 * The page that a list is asked for, or what is wrong with the request. `afterOf` reads the token of the page before, which is empty
 * for the first, and returns null where this host cannot have given it out.
 */
export const pageOf = <T>(
  { query, request }: ApiRequest,
  sizeName: string,
  afterOf: (token: string) => T | null,
): Page<T> | string => {
  const size = query.get(sizeName) ?? String(DEFAULT_PAGE);
  if (!Number.isSafeInteger(Number(size)) || Number(size) < 1)
    return `'${sizeName}' is '${size}'; it must be a number from 1 on.`;
  const token = request.headers[TOKEN_HEADER];
  const after = afterOf(typeof token === 'string' ? token : '');
  if (after === null) return `The header '${TOKEN_HEADER}' is none that this host gave out.`;
  return { after, limit: Math.min(Number(size), MAX_PAGE) };
};

/** Answers with the first `limit` rows; where there are more, with the token of the last of these. */
export const answerPage = <T>(
  response: ServerResponse,
  rows: readonly T[],
  limit: number,
  bodyOf: (row: T) => unknown,
  tokenOf: (row: T) => string,
): void => {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  answer(response, 200, shown.map(bodyOf), last === undefined ? {} : { [TOKEN_HEADER]: tokenOf(last) });
};
