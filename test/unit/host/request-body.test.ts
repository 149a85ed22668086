import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, request, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLargeError, readText } from '../../../host/triggers/request-body';

const LIMIT_BYTES = 10;

describe('The body of a request', () => {
  let server: Server;
  let read: PromiseWithResolvers<string>;

  beforeEach(async () => {
    read = Promise.withResolvers();
    server = createServer((asked, response) => {
      read.resolve(readText(asked, LIMIT_BYTES).finally(() => response.end()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** In pieces, without saying how long it is. */
  const begun = (): ClientRequest => {
    const sent = request({ port: (server.address() as AddressInfo).port, method: 'POST' });
    sent.on('error', () => undefined);
    return sent;
  };

  it('is read whole, across pieces that end within a character', async () => {
    const [first, second] = [Buffer.from('aé').subarray(0, 2), Buffer.from('aé').subarray(2)];
    const sent = begun();
    sent.write(first);
    sent.end(second);
    expect(await read.promise).toBe('aé');
  });

  it('is refused once it has brought too much', async () => {
    const sent = begun();
    sent.write('x'.repeat(LIMIT_BYTES));
    sent.write('y');
    await expect(read.promise).rejects.toThrow(BodyTooLargeError);
  });

  it('is not taken for whole where the client goes away', async () => {
    const sent = begun();
    sent.write('{}');
    server.once('request', () => setImmediate(() => sent.destroy()));
    await expect(read.promise).rejects.toThrow('aborted');
  });
});
