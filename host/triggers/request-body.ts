import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { HostError } from '../host-error';
import type { Settings } from '../host-settings';

const DEFAULT_LIMIT_BYTES = 100 * 1024 * 1024;

/** Azure's own app setting. */
export const readBodyLimitBytes = (settings: Settings): number => {
  const text = settings['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] ?? '';
  if (text === '') return DEFAULT_LIMIT_BYTES;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new HostError(
    'settings-invalid',
    `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes, not "${text}".`,
  );
};

/** A request body larger than the host takes. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';

  constructor(readonly limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes.`);
  }
}

/** True where the length a request announces is over the limit. */
export const announcesTooMuch = (request: IncomingMessage, limitBytes: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > limitBytes;

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** The body as a stream that fails with BodyTooLargeError once it has brought more than the limit. */
export const limitedBody = (request: IncomingMessage, limitBytes: number): Transform => {
  let sizeBytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) done(new BodyTooLargeError(limitBytes));
      else done(null, chunk);
    },
  });
  request.on('error', (error) => limited.destroy(error));
  request.on('aborted', () =>
    limited.destroy(new Error('The client went away before its request was whole.')),
  );
  request.pipe(limited);
  return limited;
};

/** The whole body. Without a stream between, a short one costs half the processor. */
export const readText = async (request: IncomingMessage, limitBytes: number): Promise<string> => {
  if (announcesTooMuch(request, limitBytes)) throw new BodyTooLargeError(limitBytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(new BodyTooLargeError(limitBytes));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
};
