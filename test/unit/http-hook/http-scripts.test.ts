import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutboundHttp } from '../../../shared/adapters/safe-http/outbound-http';
import { HttpScripts } from '../../../shared/adapters/workload-controls/http-scripts';
import type { ScriptItem, ScriptRequest } from '../../../shared/contracts/checklist';
import type { ScriptOutcome } from '../../../shared/ports/scripts';
import { startScriptServer, type ScriptServer } from '../../support/script-server';

const request: ScriptRequest = {
  environmentId: 'shop-test',
  workloadId: 'shop',
  kind: 'test',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'shop',
  definitionHash: 'a'.repeat(64),
  checklistVersion: 1,
  itemId: 'scan',
  deployment: { name: 'causeway-shop-test-1', outputs: {}, resourceIds: [] },
};
const late = { severity: 'error' as const, resourceId: null, message: 'late but sure' };

let script: ScriptServer;
const http = createOutboundHttp({ allowed: ['127.0.0.1'] });
beforeEach(async () => {
  script = await startScriptServer();
});
afterEach(() => script.close());
afterAll(() => http.close());

const run = (more: Partial<ScriptItem> = {}, secret = script.secret): Promise<ScriptOutcome> =>
  new HttpScripts({ http, secrets: { read: async () => secret } }).run(
    { kind: 'script', id: 'scan', url: script.url, secret: 'scan', timeoutMs: 5_000, ...more },
    request,
  );

describe('R95 a script', () => {
  it('that takes its time is followed until it is through', async () => {
    script.takesPolls = 2;
    script.findings.push(late);
    expect(await run()).toEqual({ kind: 'answered', findings: [late] });
    expect(script.paths).toEqual(['POST /scan', 'GET /runs/1', 'GET /runs/1']);
    expect(script.requests).toEqual([request]);
  });

  it('that is not through in time has failed', async () => {
    script.takesPolls = 1_000;
    const reason = 'it was not finished within 0.3 s';
    expect(await run({ timeoutMs: 300 })).toEqual({ kind: 'failed', reason });
  });

  it.each([
    ['answers an error', { status: 500 }, 'it answered 500 instead of 200 or 202'],
    ['answers nothing readable', { status: 200, body: 'all well' }, 'its answer is none: body'],
    ['misspells its findings', { status: 200, body: '{"finding":[]}' }, 'its answer is none: findings'],
    ['points elsewhere', { status: 202, headers: { location: 'http://127.0.0.2/' } }, 'its own origin'],
  ])('that %s has failed, and passes for nothing', async (_words, instead, reason) => {
    script.instead.push(instead);
    expect(await run()).toMatchObject({ kind: 'failed', reason: expect.stringContaining(reason) });
  });

  it('is not asked at an address that must not be called, nor without its secret', async () => {
    const refused = await run({ url: 'http://169.254.169.254/latest' });
    expect(refused).toMatchObject({ reason: expect.stringContaining('must not be called') });
    const reason = "Secret 'scan' is no Standard Webhooks secret (whsec_ and base64)";
    expect(await run({}, '')).toEqual({ kind: 'failed', reason });
    expect(script.paths).toEqual([]);
  });
});
