import { entityId, entityKeyProblem, entityName } from '../engine/entities/entity-id';
import type { EntityRow } from '../storage/entity-store';
import { readText } from '../triggers/request-body';
import { answer, answerError } from './answer';
import { BODY_LIMIT_BYTES, flagOf, readJson, type ApiRequest } from './api-request';
import { answerPage, pageOf, rowsAfter } from './list-page';
import { timeRangeOf } from './time-range';

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

/** Entities with a state in the order of their ids, all or those of one name; a page that is not the last comes with a token for the next. */
const listEntities = (api: ApiRequest, name: string): void => {
  const { engine, query, response } = api;
  const updated = timeRangeOf(query, 'lastOperationTimeFrom', 'lastOperationTimeTo');
  const page = pageOf(api, 'pageSize', entityOf);
  if (typeof updated === 'string') return answerError(response, 400, updated);
  if (typeof page === 'string') return answerError(response, 400, page);
  const { after, limit } = page;
  const filter = {
    idPrefix: name === '' ? '@' : entityId(name, ''),
    updatedFromMs: updated.fromMs ?? 0,
    updatedToMs: updated.toMs ?? Number.MAX_SAFE_INTEGER,
  };
  const rows = rowsAfter(
    after,
    (place, count) => engine.entities.list(filter, place, count),
    ({ id }) => id,
  );
  const withState = flagOf(query, 'fetchState', false);
  answerPage(
    response,
    rows,
    limit,
    (row) => entityBody(row, withState),
    ({ id }) => encodeURIComponent(id),
  );
};

const entityBody = ({ id, state, updatedAtMs }: EntityRow, withState: boolean): Record<string, unknown> => ({
  entityId: entityName(id),
  lastOperationTime: new Date(updatedAtMs).toISOString(),
  ...(withState && state !== null ? { state: JSON.parse(state) as unknown } : {}),
});

/** The id of the entity that a page ended with. */
const entityOf = (token: string): string | null => {
  try {
    const id = decodeURIComponent(token);
    const isId = id === '' || (id.startsWith('@') && entityKeyProblem(entityName(id).key) === null);
    return isId ? id : null;
  } catch {
    return null;
  }
};
