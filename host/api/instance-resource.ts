import { isEnded, type RuntimeStatus } from '../engine/history';
import type { InstanceFilter } from '../storage/engine-store';
import { answer, answerError } from './answer';
import type { ApiRequest } from './api-request';
import { managementUrls } from './management-urls';
import { statusBody, type StatusOptions } from './status-body';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;
const TOKEN_HEADER = 'x-ms-continuation-token';
const STATUSES: readonly RuntimeStatus[] = ['Running', 'Suspended', 'Completed', 'Failed', 'Terminated'];

/** GET instances/{id}: 202 while it runs, 200 when it has ended. */
export const getInstance = (api: ApiRequest, instanceId: string): void => {
  const { engine, query, response } = api;
  const row = engine.find(instanceId);
  if (row === undefined) return answer(response, 404);
  const body = statusBody(row, statusOptions(query), () => engine.episodes(row));
  if (!isEnded(row.status)) {
    const location = managementUrls(api.address, encodeURIComponent(instanceId)).statusQueryGetUri ?? '';
    return answer(response, 202, body, { location, 'retry-after': '5' });
  }
  const failsAsError = isTrue(query.get('returnInternalServerErrorOnFailure'));
  answer(response, row.status === 'Failed' && failsAsError ? 500 : 200, body);
};

/** GET instances/: in the order of creation; a full page comes with a token for the next. */
export const listInstances = (api: ApiRequest): void => {
  const { engine, query, request, response } = api;
  const filter = filterOf(query);
  if (typeof filter === 'string') return answerError(response, 400, filter);
  const token = request.headers[TOKEN_HEADER];
  const after = typeof token === 'string' && token !== '' ? Number(token) : 0;
  const top = Number(query.get('top') ?? DEFAULT_PAGE);
  if (!Number.isSafeInteger(after) || !Number.isSafeInteger(top) || top < 1) {
    return answerError(response, 400, 'The continuation token or "top" is not valid.');
  }
  const limit = Math.min(top, MAX_PAGE);
  const rows = engine.list(filter, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const bodies = page.map((row) => statusBody(row, statusOptions(query), () => engine.episodes(row)));
  answer(response, 200, bodies, last === undefined ? {} : { [TOKEN_HEADER]: String(last.no) });
};

/** DELETE instances/{id}: 404 where nothing was deleted, as for one that runs. */
export const deleteInstance = async (api: ApiRequest, instanceId: string): Promise<void> => {
  const row = api.engine.find(instanceId);
  answerPurge(api, row === undefined ? 0 : await api.engine.purge([row]));
};

export const deleteInstances = async (api: ApiRequest): Promise<void> => {
  const filter = filterOf(api.query);
  if (typeof filter === 'string') return answerError(api.response, 400, filter);
  let instancesDeleted = 0;
  let after = 0;
  for (;;) {
    const rows = api.engine.list(filter, after, MAX_PAGE);
    instancesDeleted += await api.engine.purge(rows);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.no;
  }
  answerPurge(api, instancesDeleted);
};

const answerPurge = ({ response }: ApiRequest, instancesDeleted: number): void =>
  instancesDeleted === 0 ? answer(response, 404) : answer(response, 200, { instancesDeleted });

const statusOptions = (query: URLSearchParams): StatusOptions => ({
  showInput: query.get('showInput')?.toLowerCase() !== 'false',
  showHistory: isTrue(query.get('showHistory')),
  showHistoryOutput: isTrue(query.get('showHistoryOutput')),
});

const isTrue = (value: string | null): boolean => value?.toLowerCase() === 'true';

/** The filter of a list or purge, or what is wrong with it. Statuses this host does not have match nothing. */
const filterOf = (query: URLSearchParams): InstanceFilter | string => {
  const createdFromMs = timeOf(query.get('createdTimeFrom'));
  const createdToMs = timeOf(query.get('createdTimeTo'));
  if (Number.isNaN(createdFromMs) || Number.isNaN(createdToMs))
    return 'createdTimeFrom or createdTimeTo is no time.';
  const wanted = query
    .get('runtimeStatus')
    ?.toLowerCase()
    .split(',')
    .map((status) => status.trim());
  const statuses = STATUSES.filter((status) => wanted?.includes(status.toLowerCase()));
  const idPrefix = query.get('instanceIdPrefix');
  return {
    ...(createdFromMs === null ? {} : { createdFromMs }),
    ...(createdToMs === null ? {} : { createdToMs }),
    ...(wanted === undefined ? {} : { statuses }),
    ...(idPrefix === null ? {} : { idPrefix }),
  };
};

const timeOf = (text: string | null): number | null =>
  text === null || text === '' ? null : Date.parse(text);
