import type { ServerResponse } from 'node:http';
import { answerText } from './answer';
import type { ApiRequest } from './api-request';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;
/** Of one answer. A row may hold payloads of nearly 2 MB, so a page of large ones is shorter than asked for, as Azure's may be. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** Rows read at once. */
const STEP = 20;
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

/** All rows after a place, read a few at a time as they are asked for. */
export const rowsAfter = function* <T, K>(
  after: K,
  read: (after: K, limit: number) => readonly T[],
  placeOf: (row: T) => K,
): Generator<T> {
  for (let place = after; ;) {
    const rows = read(place, STEP);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < STEP) return;
    place = placeOf(last);
  }
};

/** Answers with the first `limit` rows, or fewer where they are large; where there are more, with the token of the last of these. */
export const answerPage = <T>(
  response: ServerResponse,
  rows: Iterable<T>,
  limit: number,
  bodyOf: (row: T) => unknown,
  tokenOf: (row: T) => string,
): void => {
  const shown: string[] = [];
  let characters = 0;
  let token: string | null = null;
  let hasMore = false;
  for (const row of rows) {
    const text = JSON.stringify(bodyOf(row));
    hasMore = shown.length === limit || (shown.length > 0 && characters + text.length > MAX_CHARACTERS);
    if (hasMore) break;
    shown.push(text);
    characters += text.length;
    token = tokenOf(row);
  }
  answerText(
    response,
    200,
    `[${shown.join(',')}]`,
    hasMore && token !== null ? { [TOKEN_HEADER]: token } : {},
  );
};
