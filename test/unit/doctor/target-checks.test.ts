import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContainerClient } from '@azure/storage-blob';
import { diagnose } from '../../../functions/doctor/diagnose';
import { resourceGroupsCheck } from '../../../functions/doctor/resource-groups-check';
import { targetContainersCheck } from '../../../functions/doctor/target-containers-check';
import { AzureBlobTargets } from '../../../shared/adapters/azure-blob/azure-blob-targets';
import type { Finding } from '../../../shared/contracts/diagnosis';
import type { Check } from '../../../shared/ports/check';
import { armError } from '../../support/arm/arm-stand-in';
import { startAzurite, type Azurite } from '../../support/azurite';
import { EnvironmentWorld, environmentOf, SUBSCRIPTION } from '../../support/environment-world';

let azurite: Azurite;
let world: EnvironmentWorld;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  world = await EnvironmentWorld.start();
});
afterEach(() => world.stop());

const look = async (check: Check): Promise<Finding | undefined> =>
  (await diagnose([check], { clock: world.under.ledger.clock, version: '' })).findings[0];

describe('the doctor, of what workloads move to', () => {
  it('names the containers that are not there, and how to make them', async () => {
    const { store } = world.under.ledger;
    const check = targetContainersCheck(
      store,
      AzureBlobTargets.fromConnectionString(azurite.connectionString),
    );
    expect(await look(check)).toMatchObject({ verdict: 'skipped' });
    await world.under.putWave();
    expect(await look(check)).toMatchObject({
      verdict: 'failed',
      detail: expect.stringMatching(
        /\/shop-files is not there: az storage container create --name shop-files .*Azurite/,
      ),
    });
    await new ContainerClient(azurite.connectionString, 'shop-files').create();
    expect(await look(check)).toMatchObject({ verdict: 'ok' });
  });

  it('tries whether Resource Manager lets it read the groups of environments', async () => {
    await world.under.putWave();
    const check = resourceGroupsCheck(world.under.ledger.store, world.services.azure);
    expect(await look(check)).toMatchObject({ verdict: 'skipped' });
    await world.describe(environmentOf('test'));
    await world.describe(environmentOf('test', { id: 'shop-other', resourceGroup: 'other' }));
    expect(await look(check)).toMatchObject({
      verdict: 'failed',
      detail: `/subscriptions/${SUBSCRIPTION}/resourceGroups/other is not there`,
      mend: expect.stringContaining('az group create'),
    });
    world.arm.addGroup(SUBSCRIPTION, 'other');
    expect(await look(check)).toMatchObject({ verdict: 'ok', detail: 'may read 2 resource groups' });
    const reply = armError(403, 'AuthorizationFailed', 'The client does not have authorization.');
    world.arm.fail({ method: 'GET', path: /resourceGroups\/shop$/i, times: 1, reply });
    expect(await look(check)).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('AuthorizationFailed'),
      mend: expect.stringContaining('az role assignment create'),
    });
  });
});
