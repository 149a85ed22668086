import { isEnded } from '../engine/history';
import { answer, answerError } from './answer';
import { flagOf, type ApiRequest } from './api-request';
import { filterOf } from './instance-filter';
import { answerPage, pageOf, rowsAfter } from './list-page';
import { managementUrls } from './management-urls';
import { statusBody, type StatusOptions } from './status-body';

const PURGED_AT_ONCE = 50;

/** GET instances/{id}: 202 while it runs, 200 when it has ended. */
export const getInstance = (
  api: ApiRequest,
  instanceId: string,
  failsAsError = flagOf(api.query, 'returnInternalServerErrorOnFailure', false),
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

/** GET instances/: in the order of creation and without histories; a page that is not the last comes with a token for the next. */
export const listInstances = (api: ApiRequest): void => {
  const { engine, query, response } = api;
  const filter = filterOf(query);
  if (typeof filter === 'string') return answerError(response, 400, filter);
  const page = pageOf(api, 'top', numberOf);
  if (typeof page === 'string') return answerError(response, 400, page);
  const { after, limit } = page;
  const rows = rowsAfter(
    after,
    (place, count) => engine.list(filter, place, count),
    ({ no }) => no,
  );
  const options = { ...statusOptions(query), showHistory: false };
  answerPage(
    response,
    rows,
    limit,
    (row) => statusBody(row, options, () => []),
    ({ no }) => String(no),
  );
};

/** Of the instance that a page ended with. */
const numberOf = (token: string): number | null => {
  const no = Number(token);
  return Number.isSafeInteger(no) && no >= 0 ? no : null;
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
    const rows = api.engine.list(filter, after, PURGED_AT_ONCE);
    instancesDeleted += await api.engine.purge(rows);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.no;
  }
  if (instancesDeleted === 0) answer(api.response, 404);
  else answer(api.response, 200, { instancesDeleted });
};

const statusOptions = (query: URLSearchParams): StatusOptions => ({
  showInput: flagOf(query, 'showInput', true),
  showHistory: flagOf(query, 'showHistory', false),
  showHistoryOutput: flagOf(query, 'showHistoryOutput', false),
});
