import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { targetNotReady } from '../../../functions/steps/target-environment';
import type { MigrationError } from '../../../shared/contracts/errors';
import { recordApplied } from '../../../shared/ledger/environment-run';
import { contributeTemplate, listTemplates } from '../../../shared/ledger/templates';
import {
  ACCOUNT,
  EnvironmentWorld,
  environmentOf as environment,
  GROUP,
} from '../../support/environment-world';
import { lead, operator } from '../../support/ledger-under-test';
import { sampleWorkload } from '../../support/sample-plan';

let world: EnvironmentWorld;
beforeEach(async () => {
  world = await EnvironmentWorld.start();
  await world.under.putWave();
});
afterEach(() => world.stop());

describe("the customer's own pipeline", () => {
  const [definitionHash, planHash, otherHash] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [
    string,
    string,
    string,
  ];
  const definition = { kind: 'external', tool: 'terraform', definitionHash, planHash, pipelineRun: 'run 7' };

  it('R88 is held to the plan that was approved', async () => {
    await world.describe(environment('test', { definition }));
    const id = ACCOUNT('byterraform');
    const properties = { supportsHttpsTrafficOnly: true, allowBlobPublicAccess: false };
    const type = 'Microsoft.Storage/storageAccounts';
    world.arm.addResource({ id, name: 'byterraform', type, apiVersion: '2023-05-01', properties });
    const { ledger } = world.under;
    const report = (hash: string) =>
      recordApplied(ledger, operator, 'shop-test', {
        planHash: hash,
        pipelineRun: 'run 8',
        resourceIds: [id],
      });
    await expect(report(planHash)).rejects.toMatchObject({
      message: expect.stringContaining('waits for no'),
    });
    const running = world.run('shop-test', (gate) => {
      expect(gate.question).toContain(gate.gate === 'provision' ? `terraform plan ${planHash}` : '0 errors');
      return 'approve';
    });
    const through = setInterval(() => {
      void report(otherHash).catch((error: unknown) => refusals.push((error as MigrationError).message));
      void report(planHash).then(
        () => clearInterval(through),
        () => undefined,
      );
    }, 5);
    const refusals: string[] = [];
    expect(await running).toMatchObject({ status: 'accepted', accepted: { definitionHash } });
    expect(refusals).toContain(`approved was plan ${planHash}, not ${otherHash}`);
    expect(world.arm.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});

describe('templates', () => {
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { tags: { type: 'object' }, key: { type: 'secureString' } },
    resources: [],
  };
  const input = { name: 'storage-account', version: 2, title: 'Ours', description: 'Ours.', template };

  it('R69 R71 come for machines, apps, storage and shares, and people add versions that never change', async () => {
    const added = await contributeTemplate(world.catalogue, lead, input);
    const listed = (await listTemplates(world.catalogue)).map(({ name, version }) => `${name} ${version}`);
    expect(listed).toEqual([
      'app-service 1',
      'file-share 1',
      'storage-account 1',
      'storage-account 2',
      'virtual-machine 1',
    ]);
    expect(added).toMatchObject({ contributedBy: lead.name, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await expect(contributeTemplate(world.catalogue, lead, input)).rejects.toMatchObject({
      code: 'already-exists',
    });
    await expect(contributeTemplate(world.catalogue, lead, { ...input, version: 1 })).rejects.toMatchObject({
      code: 'already-exists',
    });
  });

  it('have their parameters checked at once, and take secrets from a vault only', async () => {
    await contributeTemplate(world.catalogue, lead, input);
    const described = (parameters: unknown) =>
      world.describe(
        environment('test', {
          definition: { kind: 'template', template: 'storage-account', version: 2, parameters },
        }),
      );
    await expect(described({})).rejects.toMatchObject({ field: 'definition.parameters.key' });
    await expect(described({ key: { value: 'x' } })).rejects.toThrow('is a secret');
    await expect(described({ nonsense: { value: 1 } })).rejects.toMatchObject({
      field: 'definition.parameters.nonsense',
    });
    const reference = {
      keyVault: { id: `${GROUP}/providers/Microsoft.KeyVault/vaults/v` },
      secretName: 'key',
    };
    await described({ key: { reference } });
    await world.run('shop-test');
    const put = world.arm.requests.find(({ method }) => method === 'PUT');
    expect(put?.body).toMatchObject({ properties: { parameters: { key: { reference } } } });
  });
});

describe('R92 a cutover whose workload names its environment', () => {
  const workload = sampleWorkload({ targetEnvironment: 'shop-production' });
  const refusal = () => targetNotReady(world.stepContext(workload));

  it('does not start before that is provisioned, nor once it has drifted, and says why', async () => {
    expect(await targetNotReady(world.stepContext(sampleWorkload()))).toBeNull();
    expect(await refusal()).toMatchObject({ kind: 'failed', code: 'target-not-ready' });
    await world.describe(environment('test'));
    await world.run('shop-test');
    await world.describe(environment('production'));
    expect(await refusal()).toMatchObject({ reason: 'environment shop-production is checking' });
    await world.run('shop-production');
    expect(await refusal()).toBeNull();
    world.arm.state.resources.delete(ACCOUNT('shopproduction').toLowerCase());
    const drifted = await refusal();
    expect(drifted).toMatchObject({ code: 'target-not-ready' });
    expect(JSON.stringify(drifted)).toContain('was deployed and is gone');
  });

  it('does not take the environment of another workload', async () => {
    await world.describe(environment('test'));
    const other = { ...workload, id: 'other', targetEnvironment: 'shop-test' };
    const result = await targetNotReady(world.stepContext(other));
    expect(JSON.stringify(result)).toContain('belongs to');
  });
});
