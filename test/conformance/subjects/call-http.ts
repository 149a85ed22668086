import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { expectEpisodes, host, itHere } from '../conformance-host';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** What is called listens on this machine, where only our own host reaches it. */
describe('durable HTTP calls', () => {
  const seen: Seen[] = [];
  let polls = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const accepted = { Location: '/status', 'Retry-After': '0', 'X-Job': 'one' };
      if (url === '/jobs') response.writeHead(202, accepted).end('accepted');
      else if (url === '/status' && polls++ < 1) response.writeHead(202, accepted).end();
      else if (url === '/nowhere') response.writeHead(404).end('none');
      else response.writeHead(200, { 'X-Twice': ['a', 'b'], 'Content-Type': 'text/plain' }).end('done');
    });
  });
  const address = (path: string): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

  const call = async (options: object): Promise<{ value?: Record<string, unknown>; message?: string }> =>
    (await host.run('CallsHttp', options)).output as { value?: Record<string, unknown>; message?: string };

  itHere('hands status, content and headers back, without those of the content', async () => {
    const { value } = await call({ method: 'GET', url: address('/plain') });
    expect(value).toMatchObject({ statusCode: 200, content: 'done', headers: { 'X-Twice': ['a', 'b'] } });
    expect(JSON.stringify(value)).not.toContain('text/plain');
  });

  itHere('sends method, headers and body', async () => {
    await call({ method: 'POST', url: address('/echo'), headers: { 'X-Mine': '1' }, body: { a: 1 } });
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      headers: { 'x-mine': '1', 'content-type': 'text/plain' },
      body: '{"a":1}',
    });
  });

  itHere('polls a 202 with GET until something else comes, and draws two ids for each poll', async () => {
    const first = seen.length;
    const options = { method: 'POST', url: address('/jobs'), body: 'x', then: 'after' };
    const ended = await host.run('CallsHttp', options);
    expect(ended.output).toMatchObject([{ value: { statusCode: 200, content: 'done' } }, 'after']);
    expect(seen.slice(first).map(({ method, url }) => [method, url])).toEqual([
      ['POST', '/jobs'],
      ['GET', '/status'],
      ['GET', '/status'],
    ]);
    const tasks = (
      host
        .episodes(ended.instanceId)
        .join(' ')
        .match(/(Task|Timer)#\d/g) ?? []
    ).join(' ');
    expect(tasks).toBe('Task#0 Timer#1 Task#2 Timer#3 Task#4 Task#5');
  });

  itHere('hands a 202 back where polling was turned off, and a 404 as it is', async () => {
    const off = await call({ method: 'GET', url: address('/jobs'), enablePolling: false });
    expect(off.value).toMatchObject({
      statusCode: 202,
      content: 'accepted',
      headers: { Location: '/status' },
    });
    expect((await call({ method: 'GET', url: address('/nowhere') })).value).toMatchObject({
      statusCode: 404,
    });
  });

  itHere('fails without a prefix where nobody answers, and for a token source it does not know', async () => {
    const nobody = await call({ method: 'GET', url: 'http://127.0.0.1:1/' });
    expect(nobody.message).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:1 \n \{/);
    const unknown = await call({
      method: 'GET',
      url: address('/'),
      tokenSource: { kind: 'Other', resource: 'x' },
    });
    expect(unknown.message).toMatch(/^The token source 'Other' is not supported/);
  });

  itHere('stands in the history as the built-in activity of Azure', async () => {
    const { instanceId } = await host.run('CallsHttp', { method: 'GET', url: address('/plain') });
    expectEpisodes(instanceId, [
      'Started -> 8',
      expect.stringMatching(/^Task#0 BuiltIn::HttpActivity, Done<0 \{"statusCode":200.* -> done 8$/) as never,
    ]);
  });
});
