import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../shared/contracts/environment';
import type { Gate } from '../../shared/contracts/gate';
import { ArmStandIn } from '../support/arm/arm-stand-in';
import { startCauseway, type Causeway } from '../support/causeway';
import { ACCOUNT, environmentOf, SUBSCRIPTION } from '../support/environment-world';

const SETTING = 'CAUSEWAY_ARM_ENDPOINT';

describe('environments, through the host', () => {
  const arm = new ArmStandIn();
  let causeway: Causeway;
  let started: Causeway | null = null;
  beforeAll(async () => {
    await arm.start();
    arm.addGroup(SUBSCRIPTION, 'shop');
    // The host inherits it.
    process.env[SETTING] = arm.endpoint;
    started = await startCauseway();
    causeway = started;
    await causeway.makeWorkload({ id: 'shop', files: 3, plan: { targetEnvironment: 'shop-production' } });
  });
  afterAll(async () => {
    delete process.env[SETTING];
    await started?.stop();
    await arm.stop();
  });

  const read = async (id: string): Promise<Environment> =>
    (await causeway.send(causeway.people.viewer, 'GET', `environments/${id}`)).body as unknown as Environment;
  const create = (kind: 'test' | 'production') =>
    causeway.send(causeway.people.lead, 'POST', 'environments', {
      ...environmentOf(kind),
      workloadId: 'shop',
      ...(kind === 'test' && {
        checklist: [{ kind: 'statement', id: 'restore', question: 'Was a restore tried?' }],
      }),
    });
  const until = (id: string, status: Environment['status']): Promise<Environment> =>
    causeway.until(
      `environment ${id} ${status}`,
      async () => {
        const environment = await read(id);
        return environment.status === status && !environment.active ? environment : null;
      },
      async () => JSON.stringify(await read(id)),
    );
  const answer = (id: string, gate: Gate['gate'], choice: 'approve' | 'confirm' = 'approve') =>
    causeway.answer(`environment:${id}`, gate, choice);

  it('R72 R88 R92 R93 R95 nothing moves before production was provisioned by what was tested; a crash changes nothing', async () => {
    await causeway.beginWave('wave', ['shop']);
    const cutoverId = 'wave--shop';
    const failed = await causeway.openGate(`cutover:${cutoverId}`, 'stage-failed', 'readiness');
    expect(failed.question).toContain('there is no environment shop-production');

    expect((await create('production')).status).toBe(409);
    expect((await create('test')).status).toBe(202);
    const { planHash } = await answer('shop-test', 'provision');
    const whatIf = await causeway.send(causeway.people.viewer, 'GET', 'environments/shop-test/what-if');
    expect(whatIf.body).toMatchObject({ planHash, changes: expect.arrayContaining([]) });
    await causeway.kill();
    await causeway.startHost();
    await answer('shop-test', 'environment-checklist', 'confirm');
    await answer('shop-test', 'environment-acceptance');
    expect(await until('shop-test', 'accepted')).toMatchObject({ approvedPlanHash: planHash });
    expect(arm.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);

    expect((await create('production')).status).toBe(202);
    await answer('shop-production', 'provision');
    expect(await until('shop-production', 'deployed')).toMatchObject({ report: { ready: true } });
    await causeway.answerAs(failed, 'retry');
    await causeway.drive(cutoverId, ({ stages }) =>
      stages.some(({ name, status }) => name === 'readiness' && status === 'done'),
    );
  });

  it('removes a test environment and nothing else, and its log tells the whole story', async () => {
    const removal = await causeway.send(causeway.people.operator, 'POST', 'environments/shop-test/remove', {
      reason: 'tested',
    });
    expect(removal.status).toBe(202);
    await answer('shop-test', 'cleanup');
    await until('shop-test', 'removed');
    expect([...arm.state.resources.keys()].filter((id) => id === ACCOUNT('shoptest').toLowerCase())).toEqual(
      [],
    );
    expect(arm.state.resources.has(ACCOUNT('shopproduction').toLowerCase())).toBe(true);
    const log = await causeway.log('environments', 'shop-test');
    expect(log.map(({ kind }) => kind)).toEqual([
      'environment.requested',
      'environment.planned',
      'gate.requested',
      'gate.decided',
      'environment.deploying',
      'environment.deployed',
      'gate.requested',
      'gate.decided',
      'environment.stated',
      'environment.inspected',
      'gate.requested',
      'gate.decided',
      'environment.accepted',
      'environment.requested',
      'environment.residue-listed',
      'gate.requested',
      'gate.decided',
      'environment.removed',
    ]);
  });
});
