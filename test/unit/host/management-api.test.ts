import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { serveManagementApi } from '../../../host/api/management-api';
import type { ManagementAddress } from '../../../host/api/management-urls';
import type { Engine } from '../../../host/engine/engine';
import { HttpServer } from '../../../host/triggers/http-server';

const SECRET = 'the-secret-of-this-process';
const INSTANCE = `/${SECRET}/durabletask/instances/one`;

describe('The durable HTTP API', () => {
  const logged: string[] = [];
  const server = new HttpServer((level, message, fields) =>
    logged.push(`${level} ${message} ${String(fields?.['error'])}`),
  );
  const asked = Promise.withResolvers<void>();
  let url = '';

  beforeEach(async () => {
    url = await server.listen(0, '127.0.0.1');
    const engine = {
      find: () => {
        throw new Error('the store is gone');
      },
    } as unknown as Engine;
    const address: ManagementAddress = { origin: url, taskHub: 'hub', systemKey: 'key', rpcSecret: SECRET };
    server.serve(async (...args) => {
      asked.resolve();
      await serveManagementApi(engine, address, ...args);
    });
  });

  afterEach(() => server.close(0));

  it('tells no log the secret of the address that the SDK calls, and nothing of a client that goes away', async () => {
    const gone = request(`${url}${INSTANCE}/raiseEvent/go`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '10' },
    });
    const closed = new Promise((resolve) => gone.once('error', resolve));
    gone.write('{');
    await asked.promise;
    gone.destroy(new Error('enough'));
    await closed;
    expect((await fetch(url + INSTANCE)).status).toBe(500);
    expect(logged).toEqual([
      'error GET /runtime/webhooks/durabletask/instances/one failed Error: the store is gone',
    ]);
  });
});
