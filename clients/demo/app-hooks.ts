import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { ControlOperation, ControlRequest, type ControlReply } from '../../shared/contracts/controls';
import { readBody, respondJson } from './app-responses';

const MAX_BODY_BYTES = 64 << 10;
/** How long an operation may keep its caller waiting before it answers 202. */
const PATIENCE_MS = 300;

/** Does one operation, once per idempotency key; null: not finished, ask again. */
export type Perform = (operation: ControlOperation, request: ControlRequest) => Promise<ControlReply | null>;

/**
 * `POST /hooks/<operation>`, signed (Standard Webhooks), the webhook id being the idempotency key. What is not finished after a
 * moment is answered with 202 and a Location, which a signed GET asks again.
 */
export function createHookEndpoint(hookSecret: string, perform: Perform) {
  const webhook = new Webhook(hookSecret);
  /** Operations answered with 202; after a crash they are posted again. */
  const unfinished = new Map<string, { operation: ControlOperation; request: ControlRequest }>();

  const answer = async (
    response: ServerResponse,
    operation: ControlOperation,
    request: ControlRequest,
  ): Promise<void> => {
    const reply = await performWithin(() => perform(operation, request));
    if (reply !== null) {
      unfinished.delete(request.idempotencyKey);
      return respondJson(response, 200, reply);
    }
    unfinished.set(request.idempotencyKey, { operation, request });
    const location = `/hooks/operations/${encodeURIComponent(request.idempotencyKey)}`;
    response.writeHead(202, { location, 'retry-after': '1' }).end();
  };

  return async (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> => {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return respondJson(response, 413, { title: 'Body too large' });
    const text = body.toString('utf8');
    if (!isSigned(webhook, text, request))
      return respondJson(response, 401, { title: 'Not signed with our secret' });
    if (request.method === 'GET') {
      const open = unfinished.get(String(request.headers['webhook-id']));
      if (open === undefined) return respondJson(response, 404, { title: 'No such operation' });
      return answer(response, open.operation, open.request);
    }
    const operation = ControlOperation.safeParse(name);
    const parsed = ControlRequest.safeParse(parseJson(text));
    if (!operation.success || !parsed.success || parsed.data.idempotencyKey !== request.headers['webhook-id'])
      return respondJson(response, 400, { title: 'Not a control request' });
    return answer(response, operation.data, parsed.data);
  };
}

async function performWithin(perform: () => Promise<ControlReply | null>) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const reply = await perform();
    if (reply !== null || Date.now() >= until) return reply;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isSigned(webhook: Webhook, body: string, request: IncomingMessage): boolean {
  try {
    webhook.verify(body, request.headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
