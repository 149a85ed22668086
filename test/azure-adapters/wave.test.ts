import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContainerClient } from '@azure/storage-blob';
import { readdirSync } from 'node:fs';
import { hashTree } from '../../clients/demo/tree-hash';
import type { CutoverView } from '../../shared/contracts/api';
import { LogAnchor } from '../../shared/contracts/log-entry';
import { verifyChain } from '../../shared/domain/log-chain';
import { AzureHome } from '../support/azure-home';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

describe('a wave in the Azure home: one workload arrives, one is rolled back', () => {
  let home: AzureHome;
  let causeway: Causeway;
  let shop: TestWorkload;
  let failing: TestWorkload;
  let treeBefore: string;
  let arrived: CutoverView;
  let returned: CutoverView;

  beforeAll(async () => {
    home = new AzureHome();
    causeway = await startCauseway({ surroundings: home });
    shop = await causeway.makeWorkload({ id: 'shop', files: 'awkward' });
    failing = await causeway.makeWorkload({ id: 'failing', files: 12, breakTarget: true });
    treeBefore = hashTree(failing.root);
    await causeway.beginWave('first', [shop, failing]);
    [arrived, returned] = await Promise.all([
      causeway.drive(causeway.cutoverIdOf('first', shop)),
      causeway.drive(causeway.cutoverIdOf('first', failing), undefined, ({ gate }) =>
        gate === 'rollback-decision' ? 'rollback' : undefined,
      ),
    ]);
    await causeway.answer('wave:first', 'wave-review', 'approve');
  });
  afterAll(() => causeway?.stop());

  it('R102 R139 has every file of the one in its container, byte for byte, and serves it from there', async () => {
    expect(arrived.status).toBe('completed');
    for (const { path, sha256 } of shop.files)
      expect([path, await shop.read(path)]).toEqual([path, { sha256, servedFrom: 'target' }]);
  });

  it('R56 has the users of the other back on the source, with every file as before', async () => {
    expect(returned.status).toBe('rolled-back');
    expect(hashTree(failing.root)).toBe(treeBefore);
    for (const { path, sha256 } of failing.files)
      expect([path, await failing.read(path)]).toEqual([path, { sha256, servedFrom: 'source' }]);
  });

  it("stood on the services of Azure, and on no file of this machine but the host's own", async () => {
    const { cosmos, serviceBus, vault, identity } = home.services;
    expect(
      readdirSync(causeway.dataDir).filter((file) => /^(store|bus|journal|secrets)\./.test(file)),
    ).toEqual([]);
    expect(cosmos.requests.filter(({ kind }) => kind === 'batch').length).toBeGreaterThan(50);
    expect(serviceBus.count('migration-events', 'orchestrations').deadLetters).toBe(0);
    expect(vault.reads()).toBeGreaterThan(0);
    expect(identity.requests()).toBeGreaterThan(0);
    const journals = new ContainerClient(causeway.storage, 'causeway-journal').listBlobsFlat();
    expect((await journals.next()).done).toBe(false);
  });

  it('R133 keeps an anchor of each log outside the store, which the exported log fits', async () => {
    const anchors = new ContainerClient(causeway.storage, 'causeway-anchors');
    for (const [subject, id] of [
      ['cutovers', arrived.id],
      ['cutovers', returned.id],
      ['waves', 'first'],
    ] as const) {
      const prefix = `${subject.slice(0, -1)}/${id}/`;
      const name = await causeway.until(`an anchor below ${prefix}`, async () => {
        for await (const blob of anchors.listBlobsFlat({ prefix })) return blob.name;
        return null;
      });
      const anchor = LogAnchor.parse(
        JSON.parse((await anchors.getBlobClient(name).downloadToBuffer()).toString()),
      );
      const lines = (await causeway.api.exportLog(causeway.people.viewer, subject, id)).trimEnd().split('\n');
      expect(verifyChain(lines, anchor)).toMatchObject({ ok: true });
    }
  });

  it('R143 measured what matters, and told nobody a secret', async () => {
    const { insights } = home.services;
    const namesOf = (baseType: string, list: string) =>
      insights.envelopes
        .filter(({ data }) => data.baseType === baseType)
        .flatMap(({ data }) => (list === '' ? [data.baseData] : (data.baseData[list] as { name: string }[])))
        .map(({ name }) => String(name));
    const metrics = await causeway.until('the metrics', async () => {
      const names = new Set(namesOf('MetricData', 'metrics'));
      return names.has('causeway.stage.duration') && names.has('causeway.relay.lag') ? names : null;
    });
    expect(metrics).toContain('causeway.store.request_units');
    await causeway.until('a stage among the spans', async () =>
      namesOf('RemoteDependencyData', '').some((name) => name.startsWith('stage ')) ? true : null,
    );
    const everything = insights.everything();
    for (const secret of home.secretTexts()) expect(everything.includes(secret)).toBe(false);
    for (const { token } of Object.values(causeway.people)) expect(everything.includes(token)).toBe(false);
  });
});
