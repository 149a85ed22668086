import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutboundHttp } from '../../../shared/adapters/safe-http/outbound-http';
import { HttpHookControls } from '../../../shared/adapters/workload-controls/http-hook-controls';
import type { ControlRequest } from '../../../shared/contracts/controls';
import { MigrationError } from '../../../shared/contracts/errors';
import { startHookServer, type HookServer } from '../../support/hook-server';

let hook: HookServer;
const http = createOutboundHttp({ allowed: ['127.0.0.0/8'] });

const request: ControlRequest = {
  cutoverId: 'cutover-1',
  workloadId: 'shop',
  side: 'source',
  idempotencyKey: 'cutover-1:stop:1',
};

const controls = (
  changes: { url?: string; secret?: string; outbound?: typeof http } = {},
): HttpHookControls =>
  new HttpHookControls(
    { kind: 'http', url: changes.url ?? hook.url, secret: 'shop-hook', timeoutMs: 5_000 },
    { http: changes.outbound ?? http, secrets: { read: async () => changes.secret ?? hook.secret } },
  );

const reply = (changes: object): string =>
  JSON.stringify({
    ok: true,
    side: 'source',
    serving: false,
    writable: false,
    activeSide: 'source',
    ...changes,
  });

beforeEach(async () => {
  hook = await startHookServer();
});
afterEach(() => hook.close());
afterAll(() => http.close());

describe('A hook call', () => {
  it('R96 carries the key, is signed, and its reply becomes the evidence', async () => {
    const outcome = await controls().perform('stop', request);
    expect(hook.calls).toEqual([{ method: 'POST', path: '/hooks/stop', key: request.idempotencyKey }]);
    expect(outcome).toMatchObject({
      kind: 'replied',
      reply: { serving: false, writable: false },
      evidence: { source: 'http-hook', facts: { operation: 'stop', inFlight: 0 } },
    });
  });

  it('R147 gives back the configuration before and after a switch', async () => {
    const outcome = await controls().perform('switch', { ...request, side: 'target' });
    expect(outcome).toMatchObject({
      reply: { configurationBefore: { side: 'source' }, configurationAfter: { side: 'target' } },
    });
  });

  it('with a wrong secret fails for a person to mend', async () => {
    const outcome = await controls({ secret: Buffer.alloc(32, 9).toString('base64') }).perform(
      'stop',
      request,
    );
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'hook-refused',
      reason: expect.stringContaining('Bad signature'),
    });
    expect(hook.done).toEqual([]);
  });

  it('never repeats an unusable secret', async () => {
    const outcome = await controls({ secret: 'not base64: hunter2' }).perform('stop', request);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'secret-missing' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('to an address that is not allowed fails without being sent', async () => {
    const strict = createOutboundHttp({ allowed: [] });
    const outcome = await controls({ outbound: strict }).perform('stop', request);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'address-refused',
      reason: expect.stringContaining('127.0.0.1'),
    });
    expect(hook.calls).toEqual([]);
    await strict.close();
  });
});

describe('A hook that takes its time', () => {
  it.each(['location', 'operation'] as const)(
    'is asked again with the same key until it replies at its %s',
    async (at) => {
      hook.takesPolls = 2;
      hook.repliesAt = at;
      const kinds: string[] = [];
      for (let call = 0; call < 3; call += 1) kinds.push((await controls().perform('stop', request)).kind);
      expect(kinds).toEqual(['pending', 'pending', 'replied']);
      expect(hook.done).toEqual(['stop']);
      expect(new Set(hook.calls.map(({ key }) => key))).toEqual(new Set([request.idempotencyKey]));
    },
  );

  it('says when to ask again', async () => {
    hook.takesPolls = 1;
    expect(await controls().perform('stop', request)).toMatchObject({ kind: 'pending', retryAfterMs: 3_000 });
  });

  it.each([
    ['0', 100],
    ['86400', 300_000],
    ['soon', 2_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 100],
  ])('bounds Retry-After: %s', async (text, retryAfterMs) => {
    hook.instead.push({ status: 202, headers: { 'retry-after': text } });
    expect(await controls().perform('stop', request)).toMatchObject({ kind: 'pending', retryAfterMs });
  });

  it.each(['http://127.0.0.1:1/elsewhere', 'https://example.org/', '//example.org/x', 'http://['])(
    'may not send the next question elsewhere: %s',
    async (location) => {
      hook.instead.push({ status: 202, headers: { location } });
      expect(await controls().perform('stop', request)).toMatchObject({
        kind: 'failed',
        code: 'hook-location',
      });
      expect(hook.calls).toHaveLength(1);
    },
  );
});

describe('A hook that answers something else', () => {
  it.each([
    ['serving', reply({ serving: 'no' })],
    ['inFlight', reply({ inFlight: -1 })],
    ['inflight', reply({ inflight: 3 })],
    ['activeSide', reply({ activeSide: undefined })],
    ['side', reply({ side: 'target' })],
    ['body', 'all good'],
    ['body', '[]'],
    ['body', ''],
  ])('fails naming the field %s', async (field, body) => {
    hook.instead.push({ status: 200, body });
    const outcome = await controls().perform('stop', request);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'hook-bad-reply',
      reason: expect.stringContaining(field),
    });
  });

  it('that declines is a failure with its reason', async () => {
    hook.instead.push({ status: 200, body: reply({ ok: false, detail: 'a batch is running' }) });
    const outcome = await controls().perform('stop', request);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'hook-declined',
      reason: expect.stringContaining('a batch is running'),
    });
  });

  it.each([301, 307, 400, 404, 409, 410])('fails with its reason at %i', async (status) => {
    hook.instead.push({
      status,
      headers: { location: '/hooks/stop' },
      body: JSON.stringify({ detail: 'because\u0007' }),
    });
    const outcome = await controls().perform('stop', request);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'hook-refused',
      reason: expect.stringMatching(/because $/),
    });
    expect(hook.done).toEqual([]);
  });

  it('of endless length is not read', async () => {
    hook.instead.push({ status: 200, body: reply({ detail: 'x'.repeat(60_000) }) });
    expect(await controls().perform('stop', request)).toMatchObject({ kind: 'failed', code: 'too-large' });
  });

  it.each([408, 425, 429, 500, 503])('throws at %i, so that it is tried again', async (status) => {
    hook.instead.push({ status });
    await expect(controls().perform('stop', request)).rejects.toMatchObject({ kind: 'busy' });
    expect(await controls().perform('stop', request)).toMatchObject({ kind: 'replied' });
  });

  it('throws where no one answers', async () => {
    await hook.close();
    const failure = controls().perform('stop', request);
    await expect(failure).rejects.toMatchObject({ name: 'OutboundFailure', kind: 'unreachable' });
    await expect(failure).rejects.not.toBeInstanceOf(MigrationError);
  });
});
