import { isEnded } from '../engine/history';
import { answer, answerError } from './answer';
import type { ApiRequest } from './api-request';
import { filterOf } from './instance-filter';
import { managementUrls } from './management-urls';
import { statusBody, type StatusOptions } from './status-body';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;
const TOKEN_HEADER = 'x-ms-continuation-token';

/** GET instances/{id}: 202 while it runs, 200 when it has ended. */
export const getInstance = (
  api: ApiRequest,
  instanceId: string,
  failsAsError = isTrue(api.query.get('returnInternalServerErrorOnFailure')),
): void => {
  const { engine, query, response } = api;
  const row = engine.find(instanceId);
  if (row === undefined) return answer(response, 404);
  const body = statusBody(row, statusOptions(query), () => engine.episodes(row));
  if (!isEnded(row.status)) {
    const location = managementUrls(api.address, encodeURIComponent(instanceId)).statusQueryGetUri ?? '';
    return answer(response, 202, body, { location, 'retry-after': '5' });
  }
  answer(response, row.status === 'Failed' && failsAsError ? 500 : 200, body);
};

/** GET instances/: in the order of creation and without histories; a full page comes with a token for the next. */
export const listInstances = (api: ApiRequest): void => {
  const { engine, query, request, response } = api;
  const filter = filterOf(query);
  if (typeof filter === 'string') return answerError(response, 400, filter);
  const token = request.headers[TOKEN_HEADER];
  const after = typeof token === 'string' && token !== '' ? Number(token) : 0;
  const top = Number(query.get('top') ?? DEFAULT_PAGE);
  if (!Number.isSafeInteger(after) || after < 0)
    return answerError(response, 400, `The header '${TOKEN_HEADER}' is none that this host gave out.`);
  if (!Number.isSafeInteger(top) || top < 1)
    return answerError(
      response,
      400,
      `'top' is '${String(query.get('top'))}'; it must be a number from 1 on.`,
    );
  const limit = Math.min(top, MAX_PAGE);
  const rows = engine.list(filter, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const options = { ...statusOptions(query), showHistory: false };
  const bodies = page.map((row) => statusBody(row, options, () => []));
  answer(response, 200, bodies, last === undefined ? {} : { [TOKEN_HEADER]: String(last.no) });
};

/** DELETE instances/{id}: 404 where there is none; none is deleted where it has not ended. */
export const deleteInstance = async (api: ApiRequest, instanceId: string): Promise<void> => {
  const row = api.engine.find(instanceId);
  if (row === undefined) return answer(api.response, 404);
  answer(api.response, 200, { instancesDeleted: await api.engine.purge([row]) });
};

/** DELETE instances/: those that have ended and match; 404 where nothing was deleted. Wants `createdTimeFrom`, as on Azure. */
export const deleteInstances = async (api: ApiRequest): Promise<void> => {
  const filter = filterOf(api.query);
  if (typeof filter === 'string') return answerError(api.response, 400, filter);
  if (filter.createdFromMs === undefined)
    return answer(api.response, 400, "Please provide value for 'createdTimeFrom' parameter.");
  let instancesDeleted = 0;
  let after = 0;
  for (;;) {
    const rows = api.engine.list(filter, after, MAX_PAGE);
    instancesDeleted += await api.engine.purge(rows);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.no;
  }
  if (instancesDeleted === 0) answer(api.response, 404);
  else answer(api.response, 200, { instancesDeleted });
};

const statusOptions = (query: URLSearchParams): StatusOptions => ({
  showInput: query.get('showInput')?.toLowerCase() !== 'false',
  showHistory: isTrue(query.get('showHistory')),
  showHistoryOutput: isTrue(query.get('showHistoryOutput')),
});

const isTrue = (value: string | null): boolean => value?.toLowerCase() === 'true';
