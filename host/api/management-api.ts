import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine/engine';
import { isSameKey } from '../host-keys';
import { readText, BodyTooLargeError } from '../triggers/request-body';
import { answer, answerError } from './answer';
import { instanceCommand } from './instance-command';
import { deleteInstance, deleteInstances, getInstance, listInstances } from './instance-resource';
import { managementUrls, rpcPath, WEBHOOK_PATH, type ManagementAddress } from './management-urls';

/** A little more than the largest engine payload, which is refused with a message of its own. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

export interface ApiRequest {
  readonly engine: Engine;
  readonly address: ManagementAddress;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

/**
 * The durable HTTP API: under the webhook path guarded by the system key in `code`, and under the secret path that the
 * SDK's client is given. Returns false where the path is not its own.
 */
export const serveManagementApi = async (
  engine: Engine,
  address: ManagementAddress,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> => {
  const isRpc = url.pathname.startsWith(`${rpcPath(address)}/`);
  if (!isRpc && !url.pathname.startsWith(`${WEBHOOK_PATH}/`)) return false;
  if (!isRpc && !isSameKey(url.searchParams.get('code'), address.systemKey)) {
    request.resume();
    answer(response, 401);
    return true;
  }
  const path = url.pathname.slice((isRpc ? rpcPath(address) : WEBHOOK_PATH).length + 1);
  try {
    const segments = path.split('/').map(decodeURIComponent);
    await route({ engine, address, request, response, query: url.searchParams }, segments);
  } catch (error) {
    if (error instanceof BodyTooLargeError) answerError(response, 413, error.message);
    else if (error instanceof URIError) answerError(response, 400, 'The path is not valid.');
    else throw error;
  }
  return true;
};

const route = async (api: ApiRequest, segments: readonly string[]): Promise<void> => {
  const [resource = '', first = '', operation = '', name] = segments;
  const method = api.request.method ?? 'GET';
  const isList = resource === 'instances' && first === '' && segments.length <= 2;
  if (resource === 'orchestrators' && method === 'POST' && segments.length <= 3 && first !== '') {
    return start(api, first, operation === '' ? undefined : operation);
  }
  if (method === 'POST' && resource === 'instances' && operation !== '')
    return instanceCommand(api, first, operation, name);
  api.request.resume();
  if (isList && method === 'GET') return listInstances(api);
  if (isList && method === 'DELETE') return deleteInstances(api);
  if (resource === 'instances' && segments.length === 2 && method === 'GET') return getInstance(api, first);
  if (resource === 'instances' && segments.length === 2 && method === 'DELETE')
    return deleteInstance(api, first);
  answer(api.response, 404);
};

const start = async (api: ApiRequest, name: string, instanceId: string | undefined): Promise<void> => {
  const input = await readJson(api, 'null');
  if (input === null) return;
  return answerStart(api, await api.engine.start(name, input, instanceId));
};

export const answerStart = (api: ApiRequest, outcome: Awaited<ReturnType<Engine['start']>>): void => {
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

/** The request's JSON text as it came, `ifEmpty` where there is none, or null after a refusal was answered. */
export const readJson = async (api: ApiRequest, ifEmpty: string | null): Promise<string | null> => {
  const text = await readText(api.request, BODY_LIMIT_BYTES);
  if (text === '' && ifEmpty !== null) return ifEmpty;
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    answer(api.response, 400, {
      Message: 'Invalid JSON content',
      ExceptionMessage: reason,
      ExceptionType: 'SyntaxError',
      StackTrace: '',
    });
    return null;
  }
};
