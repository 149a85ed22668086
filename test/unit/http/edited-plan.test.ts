import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { planContentOf, readPlan } from '../../../shared/ledger/plans';
import { planned } from './planning-cases';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const version = async (number: number) => {
  const { ledger, journal } = world.api.services;
  return planContentOf({ journal }, (await readPlan(ledger, 'big')).body, number);
};
const edit = (edits: object[]) =>
  world.api.call('editPlan', { params: { id: 'big' }, headers: world.lead, body: { edits } });

describe('a plan that is edited in a running service', () => {
  it('R11 is planned again from the very values of the version before, by which what came of them is found', async () => {
    await planned(world);
    const asked = [
      { kind: 'pin', workloadId: 'office', wave: 2, reason: 'Asked for' },
      { kind: 'cap', workloadId: 'office', workloads: 5, reason: 'Asked for' },
    ];
    for (const each of asked) expect(await edit([each])).toMatchObject({ status: 200 });
    const [made, once, twice] = [await version(1), await version(2), await version(3)];
    for (const later of [once, twice]) {
      expect(later.settings).toBe(made.settings);
      expect(later.classifications).toBe(made.classifications);
      expect(later.waves[0]).toBe(made.waves[0]);
    }
  });
});
