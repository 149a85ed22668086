import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import type { RetryPolicy } from '../../shared/adapters/azure-blob/retry-transient';
import type { BlobTarget } from '../../shared/ports/blob-target';

/**
 * A server that answers as it is told, one answer a request; the last one stays. It plays the service's refusals that an emulator
 * never gives; that real ones look like this is the service's documentation's word.
 */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'x-ms-request-id': 'r-1', ...headers }).end();
const hangUp: Answer = (request) => request.socket.destroy();
const silence: Answer = () => undefined;

describe('AzureBlobTargets under transient trouble', () => {
  let server: Server;
  let answers: Answer[] = [];
  let requests = 0;
  let waits: number[] = [];
  beforeEach(async () => {
    requests = 0;
    waits = [];
    server = createServer((request, response) => {
      const next = answers[Math.min(requests, answers.length - 1)];
      requests += 1;
      next?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const target = (more: Partial<RetryPolicy> = {}): BlobTarget => {
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}/account`;
    const connection = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=AAAA;BlobEndpoint=${endpoint};`;
    const sleep = async (ms: number) => void waits.push(ms);
    return AzureBlobTargets.fromConnectionString(connection, { sleep, ...more }).container('container');
  };

  it.each([408, 429, 500, 502, 503, 504])('R131 tries again after %s', async (status) => {
    answers = [answer(status), answer(status), answer(200)];
    expect(await target().probe()).toMatchObject({ requestId: 'r-1' });
    expect(requests).toBe(3);
  });

  it('R131 waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT';
    const later = 'Sat, 21 Nov 2026 10:00:07 GMT';
    answers = [answer(429, { 'retry-after': '3' }), answer(503, { 'retry-after': later, date }), answer(200)];
    await target().probe();
    expect(waits).toEqual([3_000, 7_000]);
  });

  it('R131 waits longer each time where nobody says how long', async () => {
    answers = [...Array.from({ length: 4 }, () => answer(503)), answer(200)];
    await target().probe();
    expect(waits).toHaveLength(4);
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThanOrEqual(200 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(400 * 2 ** index);
    });
  });

  it('tries again when the connection breaks or nothing comes', async () => {
    answers = [hangUp, silence, answer(200)];
    await target({ tryTimeoutMs: 200 }).probe();
    expect(requests).toBe(3);
  });

  it('throws what it got when the tries are used up', async () => {
    answers = [answer(503)];
    await expect(target({ maxTries: 3 }).probe()).rejects.toMatchObject({ statusCode: 503 });
    expect(requests).toBe(3);
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [409, 'target-conflict'],
    [412, 'target-conflict'],
  ])('does not try again after %s: %s', async (status, code) => {
    answers = [answer(status)];
    const put = target().put('a', Buffer.from('x'), {
      condition: { kind: 'absent' },
      md5: 'nd3koK0Rm9K+UuTYBDJ0Vg==',
      metadata: {},
    });
    await expect(put).rejects.toMatchObject({ code });
    expect(requests).toBe(1);
    expect(waits).toEqual([]);
  });

  it('never names credentials in its address or errors', async () => {
    answers = [answer(403)];
    expect(target().url).toMatch(/\/account\/container$/);
    await expect(target().remove('a', '"0x1"')).rejects.toThrow(
      /^http:\/\/127.0.0.1:\d+\/account\/container\/a: /,
    );
  });
});
