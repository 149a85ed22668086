import { entityId, entityKeyProblem, entityName } from '../engine/entities/entity-id';
import type { EntityFilter, EntityRow } from '../storage/entity-store';
import { readText } from '../triggers/request-body';
import { answer, answerError } from './answer';
import { BODY_LIMIT_BYTES, readJson, type ApiRequest } from './api-request';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;
const TOKEN_HEADER = 'x-ms-continuation-token';

/** Everything below entities/: a list, the state of one, and signals to one. */
export const serveEntities = async (api: ApiRequest, name: string, key: string): Promise<void> => {
  const { request, response, query } = api;
  if (request.method === 'POST' && key !== '') return signal(api, entityId(name, key), query.get('op') ?? '');
  request.resume();
  if (request.method === 'GET' && key === '') return listEntities(api, name);
  if (request.method === 'GET') return answerState(api, entityId(name, key));
  if (request.method === 'DELETE' && key !== '') {
    return answerSignal(api, entityId(name, key), 'delete', null);
  }
  answer(response, 404);
};

/** The state of an entity; 404 where it has none. */
const answerState = ({ engine, response }: ApiRequest, id: string): void => {
  const state = engine.entities.state(id);
  if (state === null) answer(response, 404);
  else answer(response, 200, JSON.parse(state));
};

/** The body is the operation's input: JSON, or text where the media type says that it is none. */
const signal = async (api: ApiRequest, id: string, operation: string): Promise<void> => {
  const isJson = /^application\/json\b/i.test(api.request.headers['content-type'] ?? '');
  if (isJson) {
    const input = await readJson(api, '');
    if (input !== null) await answerSignal(api, id, operation, input === '' ? null : input);
    return;
  }
  const text = await readText(api.request, BODY_LIMIT_BYTES);
  return answerSignal(api, id, operation, text === '' ? null : JSON.stringify(text));
};

/** 202 once the signal is stored. */
const answerSignal = async (
  { engine, response }: ApiRequest,
  id: string,
  operation: string,
  input: string | null,
): Promise<void> => {
  const outcome = await engine.entities.signal(id, operation, input);
  if (outcome.kind === 'accepted') answer(response, 202);
  else answerError(response, 400, outcome.message);
};

/** Entities with a state in the order of their ids, all or those of one name; a full page comes with a token for the next. */
const listEntities = (api: ApiRequest, name: string): void => {
  const { engine, query, response } = api;
  const range = rangeOf(query);
  const page = pageOf(api);
  if (typeof range === 'string') return answerError(response, 400, range);
  if (typeof page === 'string') return answerError(response, 400, page);
  const { after, limit } = page;
  const idPrefix = name === '' ? '@' : entityId(name, '');
  const rows = engine.entities.list({ ...range, idPrefix }, after, limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const withState = query.get('fetchState')?.toLowerCase() === 'true';
  answer(
    response,
    200,
    shown.map((row) => entityBody(row, withState)),
    last === undefined ? {} : { [TOKEN_HEADER]: encodeURIComponent(last.id) },
  );
};

const entityBody = ({ id, state, updatedAtMs }: EntityRow, withState: boolean): Record<string, unknown> => ({
  entityId: entityName(id),
  lastOperationTime: new Date(updatedAtMs).toISOString(),
  ...(withState && state !== null ? { state: JSON.parse(state) as unknown } : {}),
});

const rangeOf = (query: URLSearchParams): Omit<EntityFilter, 'idPrefix'> | string => {
  const timeOf = (name: string, absent: number): number => {
    const text = query.get(name);
    return text === null || text === '' ? absent : Date.parse(text);
  };
  const updatedFromMs = timeOf('lastOperationTimeFrom', 0);
  const updatedToMs = timeOf('lastOperationTimeTo', Number.MAX_SAFE_INTEGER);
  for (const [name, ms] of [
    ['lastOperationTimeFrom', updatedFromMs],
    ['lastOperationTimeTo', updatedToMs],
  ] as const) {
    if (Number.isNaN(ms)) return `'${name}' is no time: give one like 2026-01-31T12:00:00Z.`;
  }
  return { updatedFromMs, updatedToMs };
};

const pageOf = ({ query, request }: ApiRequest): { after: string; limit: number } | string => {
  const size = query.get('pageSize') ?? String(DEFAULT_PAGE);
  if (!Number.isSafeInteger(Number(size)) || Number(size) < 1)
    return `'pageSize' is '${size}'; it must be a number from 1 on.`;
  const token = request.headers[TOKEN_HEADER];
  try {
    const after = typeof token === 'string' ? decodeURIComponent(token) : '';
    if (after === '' || (after.startsWith('@') && entityKeyProblem(entityName(after).key) === null))
      return { after, limit: Math.min(Number(size), MAX_PAGE) };
  } catch {
    // The answer below says it.
  }
  return `The header '${TOKEN_HEADER}' is none that this host gave out.`;
};
