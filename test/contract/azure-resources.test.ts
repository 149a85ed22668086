import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { ArmError } from '../../shared/adapters/arm/arm-error';
import { ArmResources } from '../../shared/adapters/arm/arm-resources';
import type { TemplateBody } from '../../shared/contracts/template';
import type { DeploymentContent, DeploymentTarget } from '../../shared/ports/azure-resources';
import { ArmStandIn, armError } from '../support/arm/arm-stand-in';

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop`;
const STORAGE = `${GROUP}/providers/Microsoft.Storage/storageAccounts/shopfiles`;
const target: DeploymentTarget = { subscriptionId: SUBSCRIPTION, resourceGroup: 'shop', name: 'first' };
const credential = {
  getToken: () => Promise.resolve({ token: 'stand-in', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

const template: TemplateBody = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { name: { type: 'string' }, tier: { type: 'string', defaultValue: 'Hot' } },
  resources: [
    {
      type: 'Microsoft.Storage/storageAccounts',
      apiVersion: '2023-01-01',
      name: "[parameters('name')]",
      location: '[resourceGroup().location]',
      tags: { owner: 'causeway' },
      properties: { accessTier: "[parameters('tier')]", supportsHttpsTrafficOnly: true },
    },
  ],
  outputs: {
    id: { type: 'string', value: "[resourceId('Microsoft.Storage/storageAccounts', 'shopfiles')]" },
  },
};
const content = (tier?: string): DeploymentContent => ({
  template,
  parameters: { name: { value: 'shopfiles' }, ...(tier !== undefined && { tier: { value: tier } }) },
});

let arm: ArmStandIn;
let manager: ArmResources;
let client: ArmClient;
beforeEach(async () => {
  arm = new ArmStandIn();
  await arm.start();
  arm.addGroup(SUBSCRIPTION, 'shop');
  manager = new ArmResources({ endpoint: arm.endpoint, credential, pollMs: 10 });
  client = new ArmClient({ endpoint: arm.endpoint, credential });
});
afterEach(() => arm.stop());

const deploy = async (what = content(), where = target): Promise<void> => {
  expect(await manager.beginDeployment(where, what)).toEqual({ kind: 'begun' });
  for (;;) {
    const state = await manager.deployment(where);
    if (state?.kind === 'succeeded') return;
    expect(state).toEqual({ kind: 'running' });
  }
};

describe('a deployment through the SDKs', () => {
  it('R88 runs until it has succeeded, and tells its outputs and resources', async () => {
    expect(await manager.deployment(target)).toBeNull();
    await deploy();
    expect(await manager.deployment(target)).toEqual({
      kind: 'succeeded',
      outputs: { id: STORAGE },
      resourceIds: [STORAGE],
    });
    expect(await manager.resource(STORAGE)).toMatchObject({
      id: STORAGE,
      tags: { owner: 'causeway' },
      properties: { accessTier: 'Hot', provisioningState: 'Succeeded' },
    });
  });

  it('is begun once under one name, however often it is asked for', async () => {
    await manager.beginDeployment(target, content());
    await manager.beginDeployment(target, content());
    await deploy();
    await manager.beginDeployment(target, content());
    expect(arm.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('is begun once where the answer to the request was lost', async () => {
    arm.fail({ method: 'PUT', path: /deployments/, times: 1, reply: 'cut-after' });
    // The repeated request meets the deployment that the lost one began.
    await manager.beginDeployment(target, content()).catch(() => undefined);
    await deploy();
    expect(arm.state.deployments.size).toBe(1);
  });

  it('tells why it failed, in the innermost words', async () => {
    arm.nextDeploymentFails = { code: 'StorageAccountAlreadyTaken', message: 'The name is taken.' };
    await manager.beginDeployment(target, content());
    await manager.deployment(target);
    const state = await manager.deployment(target);
    expect(state).toMatchObject({ kind: 'failed', code: 'DeploymentFailed' });
    expect(JSON.stringify(state)).toContain('StorageAccountAlreadyTaken: The name is taken.');
  });

  it('R88 is refused as a value where the template does not fit or the group is missing', async () => {
    const wrong = { template, parameters: { nonsense: { value: 1 } } };
    expect(await manager.validate(target, wrong)).toMatchObject({ kind: 'refused', code: 'InvalidTemplate' });
    expect(await manager.whatIf(target, wrong)).toMatchObject({ kind: 'refused', code: 'InvalidTemplate' });
    const nowhere = { ...target, resourceGroup: 'elsewhere' };
    expect(await manager.beginDeployment(nowhere, content())).toMatchObject({
      kind: 'refused',
      code: 'ResourceGroupNotFound',
    });
    expect(await manager.validate(target, content())).toEqual({ kind: 'valid' });
  });
});

describe('what-if', () => {
  it('R88 tells what would be made, what would change and what stays', async () => {
    const before = await manager.whatIf(target, content());
    expect(before).toMatchObject({ kind: 'changes', changes: [{ resourceId: STORAGE, kind: 'Create' }] });
    await deploy();
    expect(await manager.whatIf(target, content())).toEqual({
      kind: 'changes',
      changes: [{ resourceId: STORAGE, kind: 'NoChange', properties: [] }],
    });
    expect(await manager.whatIf(target, content('Cool'))).toEqual({
      kind: 'changes',
      changes: [
        {
          resourceId: STORAGE,
          kind: 'Modify',
          properties: [{ path: 'properties.accessTier', kind: 'Modify', before: '"Hot"', after: '"Cool"' }],
        },
      ],
    });
  });
});

describe('looking after resources', () => {
  it('R93 R134 tells health, policy, access and diagnostic settings', async () => {
    await deploy();
    expect((await manager.health(STORAGE)).state).toBe('available');
    arm.health.set(STORAGE.toLowerCase(), { availabilityState: 'Degraded', summary: 'A disk is slow' });
    expect(await manager.health(STORAGE)).toEqual({ state: 'degraded', summary: 'A disk is slow' });
    expect((await manager.health(`${STORAGE}x`)).state).toBe('unsupported');

    arm.violations.push({
      resourceId: STORAGE,
      policyDefinitionName: 'no-public',
      policyDefinitionAction: 'audit',
    });
    const definition = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b24988ac`;
    arm.roleAssignments.push({ principalId: 'p', roleDefinitionId: definition, scope: GROUP });
    expect(await manager.governance(GROUP)).toEqual({
      violations: [{ resourceId: STORAGE, policy: 'no-public', effect: 'audit' }],
      roleAssignments: [{ principalId: 'p', roleDefinition: 'b24988ac', scope: GROUP }],
    });
    expect(await manager.diagnosticSettings(STORAGE)).toBe(0);
    arm.diagnosed.add(STORAGE.toLowerCase());
    expect(await manager.diagnosticSettings(STORAGE)).toBe(1);
  });

  it('lists by tag, and deletes until it is gone', async () => {
    await deploy();
    const found = await manager.tagged(SUBSCRIPTION, 'shop', { name: 'owner', value: 'causeway' });
    expect(found.map(({ id }) => id)).toEqual([STORAGE]);
    expect(await manager.tagged(SUBSCRIPTION, 'shop', { name: 'owner', value: 'else' })).toEqual([]);
    expect(await manager.tagged(SUBSCRIPTION, 'nowhere', { name: 'owner', value: 'causeway' })).toEqual([]);
    expect(await manager.deleteResource(STORAGE)).toBe('deleting');
    expect(await manager.deleteResource(STORAGE)).toBe('gone');
    expect(await manager.resource(STORAGE)).toBeNull();
  });
});

describe('the client underneath', () => {
  const request = { method: 'GET', path: STORAGE, apiVersion: '2023-01-01' } as const;

  it('waits out a short throttle and tells of a long one', async () => {
    await deploy();
    const throttled = (seconds: string) => ({
      ...armError(429, 'TooManyRequests', 'slow down'),
      headers: { 'retry-after': seconds },
    });
    arm.fail({ method: 'GET', path: /shopfiles/, times: 2, reply: throttled('0') });
    expect((await client.send(request)).status).toBe(200);
    arm.fail({ method: 'GET', path: /shopfiles/, times: 1, reply: throttled('600') });
    const error = await client.send(request).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ArmError);
    expect(error).toMatchObject({ code: 'limit-exceeded', status: 429, retryAfterMs: 600_000, passes: true });
  });

  it('repeats what was cut off where it may, and throws what may pass', async () => {
    await deploy();
    arm.fail({ method: 'GET', path: /shopfiles/, times: 1, reply: 'cut-before' });
    expect((await client.send(request)).status).toBe(200);
    const busy = armError(409, 'AnotherOperationInProgress', 'wait');
    arm.fail({ method: 'POST', path: /validate/, times: 1, reply: busy });
    await expect(manager.validate(target, content())).rejects.toMatchObject({ code: 'conflict' });
  });

  it('follows an operation by its location and by its status document', async () => {
    await deploy();
    const { operation } = await client.send({ ...request, method: 'DELETE' });
    if (operation?.kind !== 'location') throw new Error('not to be followed by location');
    expect((await client.follow(operation)).kind).toBe('running');
    expect((await client.follow(operation)).kind).toBe('succeeded');
    const path = `${GROUP}/providers/Microsoft.Resources/deployments/second`;
    arm.nextDeploymentFails = { code: 'Quota', message: 'No cores left.' };
    const body = { properties: { mode: 'Incremental', ...content() } };
    const put = await client.send({ method: 'PUT', path, apiVersion: '2021-04-01', body });
    if (put.operation?.kind !== 'async-operation') throw new Error('not to be followed by its status');
    expect((await client.follow(put.operation)).kind).toBe('running');
    expect(await client.follow(put.operation)).toMatchObject({ kind: 'failed', armCode: 'DeploymentFailed' });
  });

  it('sends its token nowhere else', async () => {
    const foreign = { kind: 'location', url: 'http://127.0.0.1:1/x', retryAfterMs: 0 } as const;
    await expect(client.follow(foreign)).rejects.toMatchObject({ armCode: 'ForeignAddress' });
    const clear = new ArmClient({ endpoint: 'http://management.azure.example', credential });
    await expect(client.send({ ...request, path: 'https://example.com/x' })).rejects.toThrow();
    await expect(clear.send(request)).rejects.toThrow('non-TLS');
  });
});
