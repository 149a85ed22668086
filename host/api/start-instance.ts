import type { StartOutcome } from '../engine/outcomes';
import { isEnded } from '../engine/history';
import { answer, answerError } from './answer';
import { readJson, type ApiRequest } from './api-request';
import { getInstance } from './instance-resource';
import { managementUrls } from './management-urls';

/** POST orchestrators/{name}/{id?}: 202, 400 for what cannot be started, 409 over an instance that has not ended. */
export const start = async (api: ApiRequest, name: string, instanceId: string | undefined): Promise<void> => {
  const input = await readJson(api, 'null');
  if (input === null) return;
  const problem = waitProblem(api);
  if (problem !== null) return answerError(api.response, 400, problem);
  const { traceparent } = api.request.headers;
  const version = api.query.get('version');
  const origin = {
    ...(typeof traceparent === 'string' ? { traceParent: traceparent } : {}),
    ...(version === null ? {} : { version }),
  };
  return answerStart(api, await api.engine.start(name, input, instanceId, origin));
};

/**
 * With `timeout` and `pollingInterval` (seconds) in the query it waits that long for the end, and answers with the output: at the
 * end itself, not when the next interval is over.
 */
export const answerStart = (api: ApiRequest, outcome: StartOutcome): void | Promise<void> => {
  switch (outcome.kind) {
    case 'refused':
      return answerError(api.response, 400, outcome.message);
    case 'exists': {
      const { instanceId, status } = outcome;
      return answer(api.response, 409, {
        Message: `An orchestration with id '${instanceId}' already exists. It is in state ${status}`,
      });
    }
    case 'started': {
      const { timeout, pollingInterval } = seconds(api.query);
      if (timeout === null || pollingInterval === null) return answerLinks(api, outcome.instanceId);
      return answerAfter(api, outcome.instanceId, timeout * 1000);
    }
  }
};

/** What is wrong with the time to wait, or null. Asked before anything is started. */
export const waitProblem = ({ query }: ApiRequest): string | null => {
  const { timeout, pollingInterval } = seconds(query);
  if (timeout === null || pollingInterval === null || pollingInterval <= timeout) return null;
  return `Total timeout ${timeout} should be bigger than retry timeout ${pollingInterval}`;
};

const answerAfter = async (api: ApiRequest, id: string, timeoutMs: number): Promise<void> => {
  await endOf(api, id, timeoutMs);
  const row = api.engine.find(id);
  if (row === undefined || !isEnded(row.status)) return answerLinks(api, id);
  if (row.status !== 'Completed') return getInstance(api, id, false);
  answer(api.response, 200, JSON.parse(row.output ?? 'null'));
};

/** Resolves at the end of an instance, when the time is over, or once the client has left. */
const endOf = async ({ engine, response }: ApiRequest, id: string, timeoutMs: number): Promise<void> => {
  const row = engine.find(id);
  if (row === undefined || isEnded(row.status)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = engine.ends.on(id, resolve);
  const timer = setTimeout(resolve, Math.min(timeoutMs, MAX_TIMER_MS));
  response.once('close', resolve);
  await promise;
  forget();
  clearTimeout(timer);
  response.off('close', resolve);
};

/** `setTimeout` takes waits of more than 24 days for none. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const answerLinks = (api: ApiRequest, id: string): void => {
  const urls = managementUrls(api.address, encodeURIComponent(id));
  const location = urls.statusQueryGetUri ?? '';
  answer(api.response, 202, { ...urls, id }, { location, 'retry-after': '10' });
};

const seconds = (query: URLSearchParams): { timeout: number | null; pollingInterval: number | null } => ({
  timeout: numberOf(query.get('timeout')),
  pollingInterval: numberOf(query.get('pollingInterval')),
});

/** As on Azure, what is no number counts as not given. */
const numberOf = (text: string | null): number | null => {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
};
