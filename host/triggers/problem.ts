import type { ServerResponse } from 'node:http';

/** Answers with problem details (RFC 9457), unless an answer has begun: then the connection is cut, so that nobody takes it for whole. */
export const sendProblem = (
  response: ServerResponse,
  status: number,
  code: string,
  title: string,
  headers: Record<string, string> = {},
): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
};
