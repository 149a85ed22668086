import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine/engine';
import { readText } from '../triggers/request-body';
import { answer } from './answer';
import type { ManagementAddress } from './management-urls';

/** A little more than the largest engine payload, which is refused with a message of its own. */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

export interface ApiRequest {
  readonly engine: Engine;
  readonly address: ManagementAddress;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

/** A parameter that is `true` or `false`; anything else, or none, counts as `byDefault`. */
export const flagOf = (query: URLSearchParams, name: string, byDefault: boolean): boolean =>
  query.get(name)?.toLowerCase() === String(!byDefault) ? !byDefault : byDefault;

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
