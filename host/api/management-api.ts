import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine/engine';
import { isSameKey } from '../host-keys';
import { BodyTooLargeError } from '../triggers/request-body';
import { answer, answerError } from './answer';
import type { ApiRequest } from './api-request';
import { serveEntities } from './entity-resource';
import { instanceCommand } from './instance-command';
import { deleteInstance, deleteInstances, getInstance, listInstances } from './instance-resource';
import { isRpcPath, rpcPath, WEBHOOK_PATH, type ManagementAddress } from './management-urls';
import { start } from './start-instance';

/**
 * The durable HTTP API: under the webhook path guarded by the system key (`code` or the header x-functions-key), and under the secret path that the
 * SDK's client is given, which is replaced in `url`. Returns false where the path is not its own.
 */
export const serveManagementApi = async (
  engine: Engine,
  address: ManagementAddress,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> => {
  const isRpc = isRpcPath(address, url.pathname);
  // Whatever is said of the request, in logs too, is said without the secret.
  if (isRpc) url.pathname = WEBHOOK_PATH + url.pathname.slice(rpcPath(address).length);
  if (!isRpc && !url.pathname.startsWith(`${WEBHOOK_PATH}/`)) return false;
  const key = url.searchParams.get('code') ?? request.headers['x-functions-key'];
  if (!isRpc && !isSameKey(typeof key === 'string' ? key : null, address.systemKey)) {
    request.resume();
    answer(response, 401);
    return true;
  }
  const path = url.pathname.slice(WEBHOOK_PATH.length + 1);
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
  if (resource === 'entities' && segments.length <= 3) return serveEntities(api, first, operation);
  api.request.resume();
  if (isList && method === 'GET') return listInstances(api);
  if (isList && method === 'DELETE') return deleteInstances(api);
  if (resource === 'instances' && segments.length === 2 && method === 'GET') return getInstance(api, first);
  if (resource === 'instances' && segments.length === 2 && method === 'DELETE')
    return deleteInstance(api, first);
  answer(api.response, 404);
};
