import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import type { Principal } from '../../../shared/contracts/principal';
import type { WorkloadInput } from '../../../shared/contracts/workload';
import { answerGate, openGate } from '../../../shared/ledger/gates';
import { startWave } from '../../../shared/ledger/wave-actions';
import { readWorkload, saveWorkload } from '../../../shared/ledger/workloads';
import { lead, LedgerUnderTest } from '../../support/ledger-under-test';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';

const input = (change: Partial<z.input<typeof WorkloadInput>> = {}): WorkloadInput => {
  const { createdAt: _createdAt, updatedAt: _updatedAt, ...given } = sampleWorkload(change);
  return given;
};
const skills = (met: boolean) => [{ key: 'skills' as const, met, note: 'Trained in May' }];
const petra: Principal = { name: 'Petra', roles: ['lead', 'approver'] };
const amir: Principal = { name: 'Amir', roles: ['approver'] };

describe('workloads', () => {
  let under: LedgerUnderTest;
  beforeEach(() => {
    under = new LedgerUnderTest();
  });
  afterEach(() => under.close());

  const save = async (by: Principal, change: Parameters<typeof input>[0] = {}) => {
    const stored = await readWorkload(under.ledger, 'shop').catch(() => null);
    return saveWorkload(under.ledger, by, input(change), stored?.version ?? null);
  };
  const log = async () => (await under.log('workload:shop')).map(({ actor, summary }) => [actor, summary]);

  it('R133 each description is logged with who and what changed in words, and told to subscribers', async () => {
    await save(lead, { readiness: skills(false) });
    await save(petra, { readiness: skills(true), owner: 'Otto', rollbackPlan: 'Another. '.repeat(50) });
    await save(lead, { readiness: [] });
    await save(lead, { readiness: [] });
    expect(await log()).toEqual([
      ['Lena', 'Described workload shop: owner Olga; readiness: skills not met'],
      [
        'Petra',
        'Changed workload shop: owner: "Olga" → "Otto"; rollbackPlan changed; readiness skills: not met (Trained in May) → met (Trained in May)',
      ],
      [
        'Lena',
        'Changed workload shop: owner: "Otto" → "Olga"; rollbackPlan changed; readiness skills: met (Trained in May) → not recorded',
      ],
      ['Lena', 'Changed workload shop: nothing is different'],
    ]);
    expect((await under.events('workload:shop')).map(({ type, data }) => [type, data['by']])).toEqual([
      ['workload.created', 'Lena'],
      ['workload.changed', 'Petra'],
      ['workload.changed', 'Lena'],
      ['workload.changed', 'Lena'],
    ]);
  });

  it('R133 a description and its log are one commit', async () => {
    await save(lead);
    const before = await under.snapshot('workload:shop');
    under.beforeCommit = () => {
      throw new Error('the machine stopped');
    };
    await expect(save(petra, { owner: 'Otto' })).rejects.toThrow('the machine stopped');
    under.beforeCommit = null;
    expect(await under.snapshot('workload:shop')).toBe(before);
  });

  it('of two changes of one version at the same time one is refused', async () => {
    const { version } = await save(lead);
    const change = (owner: string, ledger = under.ledger) =>
      saveWorkload(ledger, lead, input({ owner }), version);
    const results = await Promise.allSettled([change('A'), change('B', under.otherProcess())]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await log()).toHaveLength(2);
  });

  describe('R64 R65 whoever described a workload', () => {
    const approve = async (by: Principal) => {
      const { planHash } = await under.wave();
      const answer = { choice: 'approve', reason: 'good', planHash } as const;
      return answerGate(under.ledger, by, 'wave-first.wave-go-no-go.go-no-go.1', answer);
    };
    const ask = async () => {
      await startWave(under.ledger, lead, 'first', 'go');
      await openGate(under.ledger, {
        subject: 'wave:first',
        gate: 'go-no-go',
        stage: 'wave-go-no-go',
        attempt: 1,
        question: 'Go?',
        choices: ['approve', 'reject'],
        roles: ['approver'],
        quorum: 'all',
      });
    };
    const refused = { kind: 'refused', code: 'own-request' };

    it('may not approve a wave that moves it', async () => {
      await save(petra);
      await under.putWave(sampleWave());
      await ask();
      expect(await approve(petra)).toMatchObject(refused);
      expect(await approve(amir)).toMatchObject({ kind: 'answered' });
    });

    it('may not either where that was after the wave was planned, or only flipped its readiness', async () => {
      await save(lead);
      await under.putWave(sampleWave());
      await ask();
      await save(petra, { readiness: skills(true) });
      expect(await approve(petra)).toMatchObject(refused);
      expect((await under.log('wave:first')).at(-1)).toMatchObject({ kind: 'gate.answer-refused' });
    });
  });
});
