import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { routes } from '../../../functions/http/routes';
import { Problem } from '../../../shared/contracts/problem';
import type { Got, Sent } from './api-under-test';
import { arbitraryOf } from './arbitrary-of-schema';
import { cases } from './cases';
import { objections, operations } from './openapi-validator';
import { multipart } from './multipart';
import { form, makeWorld, signedMessage, type World } from './world';

const RUNS = 10;

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.api.close());

/** A refused request has a problem with a code and leaves everything as it was; an accepted one fits the document. */
async function judge(operation: string, sent: Sent): Promise<Got> {
  const before = await world.api.state();
  const got = await world.api.call(operation, sent);
  expect({ status: got.status, logged: world.api.logged }).toMatchObject({ logged: [] });
  expect(objections(operation, got)).toEqual([]);
  if (got.status >= 400) {
    expect(Problem.safeParse(got.json)).toMatchObject({ success: true });
    expect(got.status).toBeLessThan(500);
    expect(await world.api.state()).toBe(before);
  }
  return got;
}

/** As the accepted request, but with this body, signed where the operation wants that. */
async function withBody(operation: string, body: unknown): Promise<Sent> {
  const sent = await cases[operation]!.accepted(world);
  if (operation === 'receiveChangeRequest') return signedMessage(world.api, 'msg_fuzz', body as object);
  const isForm = typeof sent.body === 'string';
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (sent.body instanceof Uint8Array && isObject) {
    const parts = await multipart(body as Record<string, unknown>);
    return { ...sent, headers: { ...sent.headers, ...parts.headers }, body: parts.body };
  }
  return { ...sent, body: isForm && isObject ? form(body as Record<string, string>) : body };
}

const hostileText = fc.oneof(
  fc.constantFrom(
    '..',
    '%2e%2e',
    '__proto__',
    '\u0000',
    'a'.repeat(10_000),
    '-1',
    '1e999',
    '💥',
    'NaN',
    "' OR 1=1",
  ),
  fc.string({ unit: 'binary' }),
);
/** Header values that a client can send at all. */
const hostileHeader = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    '""',
    '"',
    'W/"1"',
    '"1", "2"',
    'Bearer',
    'Bearer cw_',
    'x'.repeat(5_000),
    '-1',
    'null',
  ),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
);
const HEADERS = [
  'authorization',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'content-type',
  'cookie',
  'origin',
  'accept',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
];

describe.each(routes.map((route) => [route.operation, route] as const))('%s', (operation, route) => {
  const media = Object.values(operations.get(operation)?.requestBody?.content ?? {})[0];
  if (media !== undefined) {
    it('answers any body with a problem or as promised', async () => {
      const body = arbitraryOf(media.schema, 6);
      await fc.assert(
        fc.asyncProperty(body, async (value) => {
          await judge(operation, await withBody(operation, value));
        }),
        { numRuns: RUNS },
      );
    });
  }

  it('answers any parameters with a problem or as promised', async () => {
    const names = Object.keys(route.params.shape);
    const queries = Object.keys(route.query.shape);
    const params = fc.record(Object.fromEntries(names.map((name) => [name, hostileText])));
    const query = fc.dictionary(fc.oneof(fc.constantFrom('top', ...queries), hostileText), hostileText, {
      maxKeys: 2,
    });
    await fc.assert(
      fc.asyncProperty(params, query, async (someParams, someQuery) => {
        const sent = await cases[operation]!.accepted(world);
        await judge(operation, { ...sent, params: { ...sent.params, ...someParams }, query: someQuery });
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('answers any headers with a problem or as promised', async () => {
    const headers = fc.dictionary(fc.constantFrom(...HEADERS), hostileHeader, { minKeys: 1, maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(headers, async (some) => {
        const sent = await cases[operation]!.accepted(world);
        await judge(operation, { ...sent, headers: { ...sent.headers, ...some } });
      }),
      { numRuns: RUNS / 2 },
    );
  });
});
