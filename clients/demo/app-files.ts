import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Side } from '../../shared/contracts/controls';
import type { App } from './app-operations';
import { readBody, respondJson } from './app-responses';
import { itemPathOf } from './item-path';

const MAX_WRITE_BYTES = 8 << 20;
const FAILING_REQUEST = 3;

/** `GET` and `PUT` of one file on one side. Counted while under way, so that a stop can wait for it. */
export function createFileEndpoint(app: App) {
  let answeredByBroken = 0;
  const isToFail = (side: Side): boolean =>
    app.config.breakTarget &&
    side === 'target' &&
    app.file.state.activeSide === 'target' &&
    (answeredByBroken += 1) % FAILING_REQUEST === 0;

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    side: Side,
    urlPath: string,
  ): Promise<void> => {
    const { serving, writable } = app.file.state.sides[side];
    const path = itemPathOf(urlPath);
    if (!serving) return respondJson(response, 503, { title: `The ${side} is stopped` });
    if (path === null) return respondJson(response, 400, { title: 'Not a path of a file' });
    if (isToFail(side)) return respondJson(response, 500, { title: 'Broken on purpose' });
    app.inFlight[side] += 1;
    try {
      if (request.method === 'GET') await sendFile(app, response, side, path);
      else if (writable) await storeFile(app, request, response, side, path);
      else respondJson(response, 403, { title: `The ${side} is read-only` });
    } finally {
      app.inFlight[side] -= 1;
    }
  };
}

async function sendFile(app: App, response: ServerResponse, side: Side, path: string): Promise<void> {
  const found = await app.storages[side].read(path);
  if (found === null) return respondJson(response, 404, { title: 'No such file' });
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': found.sizeBytes,
    'x-served-from': side,
  });
  await pipeline(found.content, response);
}

async function storeFile(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
  side: Side,
  path: string,
): Promise<void> {
  const content = await readBody(request, MAX_WRITE_BYTES);
  if (content === null) return respondJson(response, 413, { title: 'File too large' });
  await app.storages[side].write(path, content);
  response.writeHead(204).end();
}
