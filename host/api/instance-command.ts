import type { CommandOutcome } from '../engine/outcomes';
import type { RewindOutcome } from '../engine/rewinder';
import { answer, answerError } from './answer';
import { flagOf, readJson, type ApiRequest } from './api-request';
import { answerStart, waitProblem } from './start-instance';

/** POST instances/{id}/{operation}: 202, 404 unknown, 410 ended. */
export const instanceCommand = async (
  api: ApiRequest,
  instanceId: string,
  operation: string,
  eventName: string | undefined,
): Promise<void> => {
  const reason = api.query.get('reason') ?? '';
  if (operation.toLowerCase() === 'raiseevent') return raiseEvent(api, instanceId, eventName);
  api.request.resume();
  switch (operation.toLowerCase()) {
    case 'terminate':
      return answerCommand(api, await api.engine.terminate(instanceId, reason), 400);
    case 'suspend':
      return answerCommand(api, await api.engine.suspend(instanceId, reason), 500);
    case 'resume':
      return answerCommand(api, await api.engine.resume(instanceId, reason), 500);
    case 'restart':
      return restart(api, instanceId);
    case 'rewind':
      return answerRewind(api, await api.engine.rewind(instanceId, reason));
    default:
      return answer(api.response, 404);
  }
};

const raiseEvent = async (api: ApiRequest, instanceId: string, name: string | undefined): Promise<void> => {
  if (name === undefined || name === '') {
    api.request.resume();
    return answerError(api.response, 400, 'The path names no event.');
  }
  const contentType = api.request.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(contentType)) {
    api.request.resume();
    return answerError(api.response, 400, 'Only application/json request content is supported');
  }
  const input = await readJson(api, null);
  if (input !== null) answerCommand(api, await api.engine.raiseEvent(instanceId, name, input), 413);
};

const answerCommand = (api: ApiRequest, outcome: CommandOutcome, refusedStatus: number): void => {
  switch (outcome.kind) {
    case 'accepted':
      return answer(api.response, 202);
    case 'unknown':
      return answer(api.response, 404);
    case 'ended':
      return answer(api.response, 410);
    case 'refused':
      return answerError(api.response, refusedStatus, outcome.message);
  }
};

/** Starts the orchestrator again with its input, under a new id unless the query says otherwise. */
const restart = async (api: ApiRequest, instanceId: string): Promise<void> => {
  const row = api.engine.find(instanceId);
  const problem =
    row === undefined ? 'InstanceId does not match a valid orchestration instance.' : waitProblem(api);
  if (row === undefined || problem !== null) return answerError(api.response, 400, problem ?? '');
  const isNewId = flagOf(api.query, 'restartWithNewInstanceId', true);
  return answerStart(api, await api.engine.start(row.name, row.input, isNewId ? undefined : instanceId));
};

const answerRewind = (api: ApiRequest, outcome: RewindOutcome): void => {
  const status = { accepted: 202, unknown: 404, 'not-failed': 412 }[outcome.kind];
  answer(api.response, status);
};
