import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../shared/contracts/finding';
import { armError } from '../../support/arm/arm-stand-in';
import {
  ACCOUNT,
  EnvironmentWorld,
  environmentOf as environment,
  GROUP,
  SUBSCRIPTION,
} from '../../support/environment-world';

let world: EnvironmentWorld;
beforeEach(async () => {
  world = await EnvironmentWorld.start();
  await world.under.putWave();
});
afterEach(() => world.stop());

const testAccepted = async (): Promise<void> => {
  await world.describe(environment('test'));
  expect((await world.run('shop-test')).status).toBe('accepted');
};
const errorsIn = (findings: readonly Finding[] | undefined) =>
  findings?.filter(({ severity }) => severity === 'error').map(({ area, message }) => `${area}: ${message}`);

describe('provisioning', () => {
  it('R72 R88 R93 deploys what was approved, looks at it and has the test environment accepted', async () => {
    await testAccepted();
    const made = await world.read('shop-test');
    expect(world.asked.map(({ gate, roles }) => [gate, roles])).toEqual([
      ['provision', ['approver']],
      ['environment-acceptance', ['tester']],
    ]);
    expect(world.asked[0]?.planHash).toBe(made.approvedPlanHash);
    expect(world.asked[0]?.question).toContain('Changes: Create 4');
    expect(made).toMatchObject({
      accepted: { definitionHash: made.definitionHash, by: 'Theo' },
      deployment: { outputs: { accountId: ACCOUNT('shoptest'), container: 'data' } },
      report: { ready: true, resources: 4 },
      active: false,
    });
    expect(world.arm.state.resources.get(ACCOUNT('shoptest').toLowerCase())?.tags).toEqual({
      'causeway-environment': 'shop-test',
      'causeway-workload': made.workloadId,
      'causeway-kind': 'test',
    });
  });

  it('R88 R92 takes production only from what was tested and accepted, and says what is set otherwise', async () => {
    await expect(world.describe(environment('production'))).rejects.toMatchObject({ code: 'conflict' });
    await testAccepted();
    await world.describe(environment('production'));
    const production = await world.run('shop-production');
    expect(production).toMatchObject({ status: 'deployed', report: { ready: true } });
    const question = world.asked.at(-1)?.question;
    expect(question).toContain('Set otherwise than in shop-test: name, sku.');
    const other = environment('production', {
      id: 'shop-other',
      definition: {
        kind: 'template',
        template: 'file-share',
        version: 1,
        parameters: { name: { value: 'shopx' }, share: { value: 'data' } },
      },
    });
    await expect(world.describe(other)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('asks anew where what would change is different by the moment of action', async () => {
    await world.describe(environment('test'));
    let changed = false;
    const made = await world.run('shop-test', (gate) => {
      if (gate.gate === 'provision' && !changed) {
        changed = true;
        const tags = { by: 'hand' };
        const properties = { accessTier: 'Cool' };
        const [id, name, type] = [ACCOUNT('shoptest'), 'shoptest', 'Microsoft.Storage/storageAccounts'];
        world.arm.addResource({ id, name, type, apiVersion: '2023-05-01', tags, properties });
      }
      return 'approve';
    });
    const asked = world.asked.filter(({ gate }) => gate === 'provision');
    expect(asked).toHaveLength(2);
    expect(asked[1]?.planHash).not.toBe(asked[0]?.planHash);
    expect(asked[1]?.question).toContain('Modify 1');
    expect(made.approvedPlanHash).toBe(asked[1]?.planHash);
    expect(world.arm.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('touches nothing that was rejected, and tells by whom', async () => {
    await world.describe(environment('test'));
    expect(await world.run('shop-test', () => 'reject')).toMatchObject({
      status: 'rejected',
      problem: { code: 'rejected', reason: 'we reject' },
    });
    expect(world.arm.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('ends as a value where Azure refuses or the deployment fails, and can be asked for again', async () => {
    await world.describe(environment('test', { resourceGroup: 'nowhere' }));
    expect(await world.run('shop-test')).toMatchObject({
      status: 'refused',
      problem: { code: 'ResourceGroupNotFound' },
    });
    world.arm.addGroup(SUBSCRIPTION, 'nowhere');
    world.arm.nextDeploymentFails = { code: 'SkuNotAvailable', message: 'Not in this region.' };
    await world.request('shop-test', 'provision');
    const failed = await world.run('shop-test');
    expect(failed.status).toBe('failed');
    expect(failed.problem?.reason).toContain('SkuNotAvailable: Not in this region.');
    await world.request('shop-test', 'provision');
    expect((await world.run('shop-test')).status).toBe('accepted');
  });

  it('outlasts a service that throttles for minutes', async () => {
    await world.describe(environment('test'));
    const busy = { ...armError(429, 'TooManyRequests', 'later'), headers: { 'retry-after': '90' } };
    world.arm.fail({ method: 'POST', path: /whatif/i, times: 2, reply: busy });
    world.arm.fail({ method: 'GET', path: /deployments\/[^/]+$/, times: 1, reply: busy });
    expect((await world.run('shop-test')).status).toBe('accepted');
  });

  it('gives up where the service stays unreachable, so that people see it', async () => {
    await world.describe(environment('test'));
    const down = { ...armError(503, 'ServiceUnavailable', 'down'), headers: { 'retry-after': '600' } };
    world.arm.fail({ method: 'POST', path: /validate/i, times: 100, reply: down });
    expect(await world.run('shop-test')).toMatchObject({ status: 'failed', problem: { code: 'gave-up' } });
  });
});

describe('looking after an environment', () => {
  it('R89 R90 R91 finds what was changed by hand since it was tested', async () => {
    await testAccepted();
    const account = world.arm.state.resources.get(ACCOUNT('shoptest').toLowerCase());
    if (!account) throw new Error('nothing was deployed');
    account.properties['publicNetworkAccess'] = 'Enabled';
    account.properties['allowBlobPublicAccess'] = true;
    world.arm.state.resources.delete(
      `${ACCOUNT('shoptest')}/blobServices/default/containers/data`.toLowerCase(),
    );
    await world.request('shop-test', 'inspect');
    const { report, status } = await world.run('shop-test');
    expect(status).toBe('accepted');
    expect(report?.ready).toBe(false);
    expect(errorsIn(report?.findings)).toEqual(
      expect.arrayContaining([
        'drift: differs in properties.allowBlobPublicAccess, properties.publicNetworkAccess',
        'drift: was deployed and is gone',
        'identity: lets containers be read without signing in',
        'provisioning: is not there',
      ]),
    );
  });

  it('R93 R132 R134 tells of health, policy, access and monitoring', async () => {
    await testAccepted();
    const id = ACCOUNT('shoptest');
    world.arm.health.set(id.toLowerCase(), {
      availabilityState: 'Unavailable',
      summary: 'The region is down',
    });
    world.arm.violations.push({
      resourceId: id,
      policyDefinitionName: 'no-west',
      policyDefinitionAction: 'deny',
    });
    world.arm.violations.push({
      resourceId: `${GROUP}/providers/A/b/c`,
      policyDefinitionName: 'x',
      policyDefinitionAction: 'deny',
    });
    world.arm.roleAssignments.push({
      principalId: 'somebody',
      roleDefinitionId:
        '/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
      scope: GROUP,
    });
    await world.request('shop-test', 'inspect');
    const { report } = await world.run('shop-test');
    expect(report?.findings.map(({ area, severity, message }) => [area, severity, message])).toEqual([
      ['health', 'error', 'The region is down'],
      ['policy', 'error', 'violates no-west (deny)'],
      ['access', 'warning', 'somebody is Owner of the group'],
      ['monitoring', 'warning', 'sends its logs and metrics nowhere'],
    ]);
  });
});

describe('removing an environment', () => {
  it('lists what is its own, and deletes that alone once approved', async () => {
    await testAccepted();
    const stranger = { id: ACCOUNT('stranger'), name: 'stranger', type: 'Microsoft.Storage/storageAccounts' };
    world.arm.addResource({ ...stranger, apiVersion: '2023-05-01', tags: { owner: 'else' }, properties: {} });
    await world.request('shop-test', 'remove');
    const removed = await world.run('shop-test');
    expect(removed.status).toBe('removed');
    expect(world.asked.at(-1)).toMatchObject({ gate: 'cleanup', planHash: removed.approvedPlanHash });
    expect(world.asked.at(-1)?.question).toContain(ACCOUNT('shoptest'));
    const deleted = world.arm.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
    expect(new Set(deleted)).toEqual(new Set([ACCOUNT('shoptest')]));
    expect(world.arm.state.resources.has(ACCOUNT('stranger').toLowerCase())).toBe(true);
    // What was learned from it still counts.
    await world.describe(environment('production'));
  });

  it('deletes nothing that was rejected, nor production that serves', async () => {
    await testAccepted();
    await world.request('shop-test', 'remove');
    expect(await world.run('shop-test', () => 'reject')).toMatchObject({ status: 'accepted', active: false });
    await world.describe(environment('production'));
    await world.run('shop-production');
    await expect(world.request('shop-production', 'remove')).rejects.toMatchObject({ code: 'conflict' });
    expect(world.arm.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('clears away what a failed deployment left', async () => {
    await world.describe(environment('test'));
    world.arm.nextDeploymentFails = { code: 'Quota', message: 'No more.' };
    await world.run('shop-test');
    expect(world.arm.state.resources.size).toBe(1);
    await world.request('shop-test', 'remove');
    expect((await world.run('shop-test')).status).toBe('removed');
    expect(world.arm.state.resources.size).toBe(0);
  });
});
