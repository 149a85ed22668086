import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { onDatabase } from '../../../../functions/steps/postgres/database';
import { done, type StepContext } from '../../../../functions/steps/step';
import { troubleOf } from '../../../../shared/domain/transfer-trouble';
import { openClient } from '../../../../shared/movers/postgres/connect/open-client';
import { dumpSchema } from '../../../../shared/movers/postgres/schema/dump-schema';
import { sampleWorkload } from '../../../support/sample-plan';

const PASSWORD = 'open-sesame';

/** The server's part of the first messages of the protocol: no TLS, then an error. It proves nothing about servers that let one in. */
const refusingServer = (state: string, message: string): Server =>
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (bytes.length === 8) return void socket.write('N');
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${message}\0\0`);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(fields.length + 4);
      socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
    });
  });

describe('a database that a step cannot open', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = refusingServer('28P01', 'password authentication failed for user "shop"');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const urlAt = (at: number) => `postgresql://shop:${PASSWORD}@127.0.0.1:${at}/shop`;
  const open = (
    secrets: Readonly<Record<string, string>>,
    side: 'source' | 'target',
    work: (connection: string) => Promise<unknown> = async (connection) =>
      (await openClient(connection, { name: 'test' })).end(),
  ) => {
    const step = onDatabase(async (_context, database) => {
      await work(database[side]);
      return done('test', 'opened');
    });
    const assets = [
      {
        id: 'orders',
        kind: 'postgres' as const,
        source: { connection: 'shop-source' },
        target: { connection: 'shop-target' },
      },
    ];
    return step({
      services: { secrets: { read: async (name: string) => secrets[name] } },
      cutover: { id: 'w--shop', workloadId: 'shop', workload: sampleWorkload({ assets }) },
      order: { key: 'k', cutoverId: 'w--shop', stage: 'preflight', step: 'preflight', input: {} },
    } as unknown as StepContext);
  };

  it('R133 is told by asset, side and secret where its server does not answer, and is tried again as before', async () => {
    const secrets = { 'shop-source': urlAt(1), 'shop-target': urlAt(port) };
    const error: unknown = await open(secrets, 'source').catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      "Error: orders: the source (secret shop-source) can't be reached: connect ECONNREFUSED 127.0.0.1:1",
    );
    expect(troubleOf(error)).toBe('transient');
  });

  it('R133 is told by asset, side and secret where its password is refused, and the password is not told', async () => {
    const secrets = { 'shop-source': urlAt(1), 'shop-target': urlAt(port) };
    const refused = await open(secrets, 'target');
    expect(refused).toMatchObject({
      kind: 'failed',
      code: 'forbidden',
      reason:
        'orders: the target (secret shop-target): PostgreSQL refused (28P01): password authentication failed for user "shop"',
    });
    expect(JSON.stringify(refused)).not.toContain(PASSWORD);
  });

  it('R133 is told so where its secret is no connection string', async () => {
    expect(await open({ 'shop-source': 'nonsense', 'shop-target': urlAt(port) }, 'source')).toMatchObject({
      code: 'invalid-input',
      reason: expect.stringMatching(
        /^orders: the source \(secret shop-source\): The connection string can't be used/,
      ),
    });
  });

  it('R133 is told by asset, side and secret where pg_dump fails there, and the password is not told', async () => {
    const secrets = { 'shop-source': urlAt(1), 'shop-target': urlAt(port) };
    // Node stands in for a pg_dump that fails: it knows none of its options.
    const dump = (connection: string) => dumpSchema({ path: process.execPath, major: 17 }, connection, []);
    const refused = await open(secrets, 'source', dump);
    expect(refused).toMatchObject({
      ...{ kind: 'failed', code: 'conflict' },
      reason: expect.stringMatching(
        /^orders: the source \(secret shop-source\): pg_dump 17 failed: .*--schema-only/,
      ),
    });
    expect(JSON.stringify(refused)).not.toContain(PASSWORD);
  });
});
