import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync, closeSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient } from '@azure/storage-blob';
import { checksOf, type Doctored } from '../../../functions/doctor/open-doctor';
import { diagnose } from '../../../functions/doctor/diagnose';
import type { HttpIdentity } from '../../../functions/http/services';
import { openAzureResources } from '../../../functions/arm-client';
import { openAdapters } from '../../../functions/local-adapters';
import { readSettings, type Settings } from '../../../functions/settings';
import type { Adapters } from '../../../functions/services';
import { EntraIdentity } from '../../../shared/adapters/entra/entra-identity';
import { createOutboundHttp } from '../../../shared/adapters/safe-http/outbound-http';
import { integrityCheck } from '../../../shared/adapters/sqlite/integrity-check';
import { SqliteStore } from '../../../shared/adapters/sqlite/sqlite-store';
import type { Finding } from '../../../shared/contracts/diagnosis';
import { createWave } from '../../../shared/ledger/waves';
import { saveWorkload } from '../../../shared/ledger/workloads';
import { startAzurite, type Azurite } from '../../support/azurite';
import { CLIENT_ID, EntraServer, TENANT_ID } from '../../support/entra/entra-server';
import { WorkloadInput } from '../../../shared/contracts/workload';
import { WaveInput } from '../../../shared/contracts/wave';
import { itineraries } from '../../../orchestrations/itineraries';
import { waveInput, workloadInput } from '../http/samples';

const WEBHOOK = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const lead = { name: 'Lea Lead', roles: ['lead' as const] };
const entra = new EntraServer();
let azurite: Azurite;
let folder: string;
let adapters: Adapters;
let settings: Settings;

beforeAll(async () => {
  await entra.start();
  azurite = await startAzurite();
  await new ContainerClient(azurite.connectionString, 'causeway-backups').create();
});
afterAll(async () => {
  await azurite.stop();
  await entra.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-doctor-'));
  open({});
});
afterEach(async () => {
  await adapters.close();
  rmSync(folder, { recursive: true });
});

function open(environment: Record<string, string>, secrets: Record<string, string> = {}): void {
  writeFileSync(
    join(folder, 'secrets.json'),
    JSON.stringify({ 'change-request-webhook': WEBHOOK, ...secrets }),
    {
      mode: 0o600,
    },
  );
  settings = readSettings({
    CAUSEWAY_DATA: folder,
    CAUSEWAY_BLOB_CONNECTION: azurite.connectionString,
    CAUSEWAY_PUBLIC_URL: 'https://causeway.example',
    ...environment,
  });
  adapters = openAdapters(settings);
}

async function reopen(environment: Record<string, string>, secrets?: Record<string, string>): Promise<void> {
  await adapters.close();
  open(environment, secrets);
}

const ledger = () => ({ store: adapters.store, clock: adapters.clock, itineraries });

async function findings(
  changed: Partial<Doctored> = {},
  identity: HttpIdentity = { ownTokens: true, provider: null },
): Promise<Map<string, Finding>> {
  const azure = openAzureResources({ armEndpoint: 'http://127.0.0.1:9', azure: null });
  const services: Doctored = { ...adapters, azure, ledger: ledger(), settings, ...changed };
  const { findings: found } = await diagnose(checksOf(services, identity), {
    clock: adapters.clock,
    version: '0.1.0',
  });
  return new Map(found.map((finding) => [finding.name, finding]));
}

const provider = () =>
  new EntraIdentity({
    tenant: { authority: entra.authority, tenantId: TENANT_ID, clientId: CLIENT_ID, audiences: [CLIENT_ID] },
    clock: adapters.clock,
    behindPlatform: false,
    assertion: null,
  });

describe('the doctor', () => {
  it('finds nothing to mend where everything is there, and leaves nothing behind', async () => {
    const found = await findings({}, { ownTokens: false, provider: provider() });
    const verdicts = Object.fromEntries([...found].map(([name, { verdict }]) => [name, verdict]));
    // How much room this disk has is not the test's to say.
    expect({ ...verdicts, 'free-disk': 'ok' }).toEqual({
      store: 'ok',
      backups: 'ok',
      anchors: 'skipped',
      clock: 'ok',
      identity: 'ok',
      'change-tool': 'ok',
      teams: 'skipped',
      'hook-hosts': 'skipped',
      'target-containers': 'skipped',
      'resource-manager': 'skipped',
      'workload-secrets': 'skipped',
      calendar: 'skipped',
      'free-disk': 'ok',
      'sqlite:store.db': 'ok',
      'sqlite:journal.db': 'ok',
      'sqlite:bus.db': 'ok',
    });
    expect((await adapters.store.changes('doctor-probe', null, 10)).changes).toEqual([]);
  });

  it('says how to mend a container that is not there, and goes on', async () => {
    await reopen({ CAUSEWAY_BACKUP_CONTAINER: 'nowhere' });
    const found = await findings();
    expect(found.get('backups')).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('nowhere is not there: az storage container create --name nowhere'),
      mend: expect.stringContaining('Storage Blob Data Contributor'),
    });
    expect(found.get('clock')).toMatchObject({ verdict: 'skipped' });
    expect(found.get('store')).toMatchObject({ verdict: 'ok', mend: null });
  });

  it('names the missing storage account by its setting', async () => {
    await reopen({ CAUSEWAY_BLOB_CONNECTION: '' });
    expect((await findings()).get('backups')).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('CAUSEWAY_BLOB_CONNECTION'),
    });
  });

  it('finds a container of anchors that is not there', async () => {
    await reopen({ CAUSEWAY_ANCHOR_CONTAINER: 'no-anchors' });
    expect((await findings()).get('anchors')).toMatchObject({ verdict: 'failed' });
  });

  it.each([
    [4_000, 'ok'],
    [-30_000, 'warning'],
    [120_000, 'failed'],
  ])('measures a clock that is %d ms off by the one of the storage account: %s', async (offMs, verdict) => {
    const serviceTime = new Date();
    const probe = async () => ({ requestId: 'r-1', serviceTime });
    const container = (name: string) =>
      Object.assign(Object.create(adapters.blobs.container(name)), { probe });
    const clock = { now: () => new Date(serviceTime.getTime() + offMs) };
    expect((await findings({ clock, blobs: { container } })).get('clock')).toMatchObject({ verdict });
  });

  it('finds a secret that is missing, is none, or leads where nothing may be called', async () => {
    await reopen({ CAUSEWAY_TEAMS_WEBHOOK_SECRET: 'teams' }, { 'change-request-webhook': 'short' });
    const missing = await findings();
    expect(missing.get('change-tool')).toMatchObject({ verdict: 'failed' });
    expect(missing.get('teams')).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('Key Vault'),
    });
    await reopen(
      { CAUSEWAY_TEAMS_WEBHOOK_SECRET: 'teams' },
      { teams: 'https://169.254.169.254/hook?sig=s3cret' },
    );
    const refused = (await findings()).get('teams');
    expect(refused).toMatchObject({ verdict: 'failed', detail: expect.stringContaining('169.254.169.254') });
    expect(JSON.stringify(refused)).not.toContain('s3cret');
    await reopen(
      { CAUSEWAY_TEAMS_WEBHOOK_SECRET: 'teams', CAUSEWAY_ALLOWED_ADDRESSES: '127.0.0.0/8' },
      {
        teams: 'https://127.0.0.1/hook',
      },
    );
    expect((await findings()).get('teams')).toMatchObject({
      verdict: 'ok',
      detail: '127.0.0.1 may be called',
    });
  });

  it('looks up the hosts that workloads are switched and checked at', async () => {
    const input = WorkloadInput.parse({
      ...workloadInput(),
      controls: { kind: 'http', url: 'https://hooks.example/shop', secret: 'shop-hook' },
      acceptance: [{ name: 'Shop answers', url: 'http://10.0.0.4/health' }],
    });
    await saveWorkload(ledger(), lead, input, null);
    const resolve = async (host: string) => {
      if (host === 'hooks.example') throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return [{ address: host, family: 4 }];
    };
    const http = createOutboundHttp({ allowed: [], resolve });
    const { verdict, detail } = (await findings({ http })).get('hook-hosts')!;
    await http.close();
    expect(verdict).toBe('failed');
    expect(detail).toContain('No address found for hooks.example');
    expect(detail).toContain('10.0.0.4 must not be called');
  });

  it('R40 warns of waves whose window is over or blacked out', async () => {
    await saveWorkload(ledger(), lead, WorkloadInput.parse(workloadInput('spare')), null);
    const plan = (id: string, changed: object) =>
      createWave(ledger(), lead, WaveInput.parse({ ...waveInput(id), ...changed }));
    const window = { start: '2099-01-01T00:00:00Z', end: '2099-01-02T00:00:00Z' };
    await plan('ahead', { window });
    expect((await findings()).get('calendar')).toMatchObject({ verdict: 'ok' });
    await plan('over', { window: { start: '2020-01-01T00:00:00Z', end: '2020-01-02T00:00:00Z' } });
    await plan('dark', { window, blackouts: [{ ...window, reason: 'New year' }] });
    const { verdict, detail } = (await findings()).get('calendar')!;
    expect(verdict).toBe('warning');
    expect(detail).toContain('over: its window ended');
    expect(detail).toContain('dark: a blackout covers its whole window');
    expect(detail).not.toContain('ahead');
  });

  it('finds an authority that does not answer, and an address where tokens travel in the clear', async () => {
    entra.failing = 500;
    const down = await findings({}, { ownTokens: true, provider: provider() });
    entra.failing = null;
    expect(down.get('identity')).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('AUTHORITY'),
    });
    const both = await findings({}, { ownTokens: true, provider: provider() });
    expect(both.get('identity')).toMatchObject({
      verdict: 'warning',
      mend: expect.stringContaining('OWN_TOKENS'),
    });
    await reopen({ CAUSEWAY_PUBLIC_URL: 'http://causeway.example' });
    expect((await findings()).get('identity')).toMatchObject({ verdict: 'failed' });
  });

  it('finds a store that cannot be written', async () => {
    const store = adapters.store as SqliteStore;
    const broken = Object.assign(Object.create(store) as SqliteStore, {
      commit: async () => {
        throw Object.assign(new Error('Request blocked by Auth\nauthorization: Bearer x'), {
          statusCode: 403,
        });
      },
    });
    const found = (await findings({ ledger: { ...ledger(), store: broken } })).get('store');
    expect(found).toMatchObject({
      verdict: 'failed',
      detail: 'Request blocked by Auth (403)',
      mend: expect.stringContaining('Cosmos DB Built-in Data Contributor'),
    });
  });

  it('finds a database file whose pages are damaged', async () => {
    const path = join(folder, 'damaged.db');
    const store = new SqliteStore(path);
    for (let id = 0; id < 50; id += 1)
      await saveWorkload(
        { ...ledger(), store },
        lead,
        WorkloadInput.parse(workloadInput(`shop-${id}`)),
        null,
      );
    store.close();
    const file = openSync(path, 'r+');
    const noise = Buffer.alloc(4_096, 0xa5);
    for (let at = 4_096 * 2; at < statSync(path).size; at += 4_096 * 2)
      writeSync(file, noise, 0, noise.length, at);
    closeSync(file);
    const { findings: found } = await diagnose([integrityCheck(path)], {
      clock: adapters.clock,
      version: '',
    });
    expect(found).toMatchObject([{ name: 'sqlite:damaged.db', verdict: 'failed' }]);
  });

  it('does not wait for a check that hangs', async () => {
    const hanging = { name: 'hangs', mend: 'Look why.', run: () => new Promise<never>(() => undefined) };
    const healthy = { name: 'well', mend: '', run: async () => ({ verdict: 'ok' as const, detail: 'yes' }) };
    const diagnosis = await diagnose([hanging, healthy], { clock: adapters.clock, version: '' }, 50);
    expect(diagnosis).toMatchObject({
      healthy: false,
      findings: [
        { name: 'hangs', verdict: 'failed', detail: 'no answer within 0.05 s', mend: 'Look why.' },
        { name: 'well', verdict: 'ok', mend: null },
      ],
    });
  });
});
