import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecoveryPlan } from '../../../../shared/contracts/runbook';
import { RunbookWorld, type RunbookScript } from '../../../support/runbook-world';
import {
  PLAN_ID,
  SiteRecoveryStandIn,
  TEST_NETWORK_ID,
} from '../../../support/site-recovery/site-recovery-stand-in';

describe('a cutover by a recovery plan of Site Recovery', () => {
  let standIn: SiteRecoveryStandIn;
  let world: RunbookWorld;
  beforeEach(async () => {
    standIn = new SiteRecoveryStandIn();
    await standIn.start();
  });
  afterEach(async () => {
    world.close();
    await standIn.stop();
  });
  const begin = (script: Partial<RunbookScript> = {}) => {
    const runbook = RecoveryPlan.parse({
      service: 'site-recovery',
      planId: PLAN_ID,
      testNetworkId: TEST_NETWORK_ID,
      reProtect: true,
    });
    world = new RunbookWorld({ endpoint: standIn.arm.endpoint, runbook, ...script });
    return world.run();
  };
  const actions = (): string[] => standIn.asked.map(({ action }) => action);

  it('R63 R72 tests and cleans up first, fails over after the go/no-go, commits after the sign-off', async () => {
    const askedBy: Record<string, string[]> = {};
    const { cutover } = await begin({
      answer: (gate) => {
        askedBy[gate.gate] = actions();
        return gate.choices[0]!;
      },
    });
    expect(cutover.status).toBe('completed');
    expect(askedBy['go-no-go']).toEqual(['testFailover', 'testFailoverCleanup']);
    expect(askedBy['sign-off']).toEqual(['testFailover', 'testFailoverCleanup', 'plannedFailover']);
    expect(actions()).toEqual([
      'testFailover',
      'testFailoverCleanup',
      'plannedFailover',
      'failoverCommit',
      'reProtect',
    ]);
    expect(standIn.asked[0]?.body).toEqual({
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        networkType: 'VmNetworkAsInput',
        networkId: TEST_NETWORK_ID,
        providerSpecificDetails: [{ instanceType: 'InMageRcm' }],
      },
    });
    expect(standIn.asked[1]?.body).toMatchObject({
      properties: { comments: expect.stringContaining('Otto: looked at it — seen') },
    });
  });

  it('R64 tells of a planned failover that failed, and tries it again where people say so', async () => {
    standIn.failNext = 'PlannedFailover';
    let failures = 0;
    const { cutover } = await begin({
      answer: (gate) => {
        if (gate.gate === 'stage-failed') failures += 1;
        return gate.choices[0]!;
      },
    });
    expect(failures).toBe(1);
    expect(cutover.status).toBe('completed');
    expect(actions().filter((action) => action === 'plannedFailover')).toHaveLength(2);
  });

  it('cleans the test up before it gives the source back', async () => {
    const { cutover, log } = await begin({
      answer: (gate) => {
        if (gate.gate === 'statement' && gate.stage.startsWith('servers-test-clean-up')) return 'reject';
        return gate.gate === 'stage-failed' ? 'cancel' : gate.choices[0]!;
      },
    });
    expect(cutover.status).toBe('cancelled');
    expect(actions()).toEqual(['testFailover', 'testFailoverCleanup']);
    expect(log.some(({ kind }) => kind === 'stage.compensated')).toBe(true);
  });
});
