import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDoctor } from '../../../clients/doctor/run-doctor';
import { loadKeys } from '../../../host/host-keys';
import { serveApi, type ServedApi } from '../../scenario/api/served-api';
import { ApiUnderTest } from '../http/api-under-test';

let api: ApiUnderTest;
let served: ServedApi;
let folder: string;
let token: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-doctor-command-'));
  api = new ApiUnderTest();
  api.now = new Date();
  token = (await api.authorization('Otto Operator', 'operator')).authorization.slice('Bearer '.length);
  served = await serveApi(api, loadKeys(folder));
});
afterEach(async () => {
  await served.close();
  api.close();
  rmSync(folder, { recursive: true });
});

async function doctor(args: readonly string[], environment: Record<string, string> = {}) {
  let out = '';
  let error = '';
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  };
  const exitCode = await runDoctor(
    args,
    { CAUSEWAY_URL: served.url, CAUSEWAY_TOKEN: token, ...environment },
    streams,
  );
  return { exitCode, out, error };
}

describe('npm run doctor', () => {
  it('ends with 0 where nothing failed', async () => {
    const { exitCode, out } = await doctor([]);
    expect({ exitCode, last: out.split('\n').at(-2) }).toEqual({ exitCode: 0, last: 'Nothing failed.' });
    expect(out).toContain(`version 0.1.0 answers at ${served.url}`);
  });

  it('ends with 1 and the remedy where something failed, which comes last', async () => {
    const finding = {
      name: 'store',
      verdict: 'failed' as const,
      detail: 'refused\u001b[2J',
      mend: 'Grant the role.',
    };
    Object.assign(api.services, {
      diagnose: async () => ({
        healthy: false,
        version: '0.1.0',
        at: api.now.toISOString(),
        findings: [finding],
      }),
    });
    const { exitCode, out } = await doctor([]);
    expect(exitCode).toBe(1);
    expect(out).not.toContain('\u001b');
    expect(out.trimEnd().split('\n').slice(-2)).toEqual([
      expect.stringMatching(/to mend: Grant the role\.$/),
      '1 failed.',
    ]);
    const asJson = await doctor(['--json']);
    expect(asJson.exitCode).toBe(1);
    expect(JSON.parse(asJson.out)).toMatchObject({ healthy: false, findings: [{}, {}, { name: 'store' }] });
  });

  it('tells a service that is not there from a token that may not ask', async () => {
    const gone = await doctor(['--url', 'http://127.0.0.1:9', '--json']);
    expect(gone.exitCode).toBe(1);
    expect(JSON.parse(gone.out).findings).toMatchObject([{ name: 'service', verdict: 'failed' }]);
    const viewer = (await api.authorization('Vic Viewer', 'viewer')).authorization.slice('Bearer '.length);
    for (const CAUSEWAY_TOKEN of [viewer, 'cw_wrong', '']) {
      const refused = await doctor(['--json'], { CAUSEWAY_TOKEN });
      expect(refused.exitCode).toBe(1);
      expect(JSON.parse(refused.out).findings).toMatchObject([{ name: 'access', verdict: 'failed' }]);
    }
  });

  it('notices that the clocks here and there differ', async () => {
    api.now = new Date(Date.now() - 120_000);
    const { out } = await doctor(['--json']);
    expect(JSON.parse(out).findings[1]).toMatchObject({ name: 'clock-here', verdict: 'warning' });
  });

  it('explains itself', async () => {
    expect(await doctor(['--help'])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('npm run doctor'),
    });
    expect(await doctor(['--nonsense'])).toMatchObject({ exitCode: 2, out: '' });
    expect(await doctor(['--url', 'ftp://x'])).toMatchObject({ exitCode: 2, out: '' });
  });
});
