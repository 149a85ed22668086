import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulateStoredPlan } from '../../../functions/planning/simulate-plan';
import { SimulationInput } from '../../../shared/contracts/planning/simulation';
import { planned } from './planning-cases';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await planned(world);
});
afterEach(() => world.api.close());

const simulate = (body: object) =>
  world.api.call('simulatePlan', { params: { id: 'big' }, headers: world.operator, body });

describe('the simulation of a plan', () => {
  it('gives the same answer for the same seed, with every change by default, and changes nothing', async () => {
    const before = await world.api.state();
    const got = await simulate({ runs: 50, seed: 3 });
    expect(got.status).toBe(200);
    expect(got.json.worth.map((each: { change: { kind: string } }) => each.change.kind)).toEqual([
      'more-teams',
      'more-bandwidth',
      'longer-windows',
      'fewer-days-between',
      'more-concurrent',
    ]);
    expect((await simulate({ runs: 50, seed: 3 })).text).toBe(got.text);
    expect(await world.api.state()).toBe(before);
    const certain = { least: 0, most: 0 };
    const safe = await simulate({
      runs: 50,
      seed: 3,
      chances: { noGo: certain, rolledBack: certain },
      changes: [],
    });
    expect(safe.json).toMatchObject({ datedAnew: null, worth: [], failures: { noGo: 0, rolledBack: 0 } });
    expect(safe.json.finish.p50 <= got.json.finish.p50).toBe(true);
  });

  it('refuses too many runs and what is misspelt, naming the field', async () => {
    expect(await simulate({ runs: 2_001 })).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'runs' }] },
    });
    expect(await simulate({ chances: { nogo: {} } })).toMatchObject({
      status: 400,
      json: { code: 'invalid-input' },
    });
  });

  it('refuses more runs than a plan of that size can have in a few seconds, and says how many it can', async () => {
    const input = SimulationInput.parse({});
    await expect(
      simulateStoredPlan(world.api.services, 'big', { ...input, runs: 2_500_001 }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'runs',
      message: '2500001 runs of a plan with 2 workloads take too long: ask for at most 2500000',
    });
  });
});
