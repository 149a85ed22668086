import type { ServerResponse } from 'node:http';

/** Sends JSON, or an empty body. */
export const answer = (
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): void => answerText(response, status, body === undefined ? '' : JSON.stringify(body), headers);

/** Sends JSON that is text already; none where it is empty. */
export const answerText = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
};

/** The error body of the durable HTTP API. */
export const answerError = (response: ServerResponse, status: number, message: string): void =>
  answer(response, status, {
    Message: message,
    ExceptionMessage: message,
    ExceptionType: '',
    StackTrace: '',
  });
