import type { StartOutcome } from '../engine/engine';
import { answer, answerError } from './answer';
import { readJson, type ApiRequest } from './api-request';
import { managementUrls } from './management-urls';

/** POST orchestrators/{name}/{id?}: 202, 400 for what cannot be started, 409 over an instance that has not ended. */
export const start = async (api: ApiRequest, name: string, instanceId: string | undefined): Promise<void> => {
  const input = await readJson(api, 'null');
  if (input === null) return;
  return answerStart(api, await api.engine.start(name, input, instanceId));
};

export const answerStart = (api: ApiRequest, outcome: StartOutcome): void => {
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
      const urls = managementUrls(api.address, encodeURIComponent(outcome.instanceId));
      const location = urls.statusQueryGetUri ?? '';
      return answer(
        api.response,
        202,
        { ...urls, id: outcome.instanceId },
        { location, 'retry-after': '10' },
      );
    }
  }
};
