import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sweep } from '../../../functions/timers/sweep';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { openGate } from '../../../shared/ledger/gates';
import { beginStage, endCutover } from '../../../shared/ledger/stages';
import { startWave } from '../../../shared/ledger/wave-actions';
import { endWave } from '../../../shared/ledger/wave-run';
import { FakeInstances } from '../../support/fake-instances';
import { lead, LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { minutes, sampleWave } from '../../support/sample-plan';

describe('the sweep', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ window: { start: minutes(10), end: minutes(600) } }));
    id = await under.putCutoverOf('first');
  });
  afterEach(() => under.close());
  const swept = async (): Promise<string[]> => {
    const instances = new FakeInstances();
    await sweep(under.ledger, instances);
    return instances.calls;
  };
  const gate = (subject: string) =>
    openGate(under.ledger, {
      subject,
      gate: 'go-no-go',
      stage: 'go',
      attempt: 1,
      question: 'Go?',
      choices: ['approve', 'reject'],
      roles: ['approver'],
      quorum: 'all',
    });

  it('makes every running wave and cutover run, planned and ended ones not', async () => {
    expect(await swept()).toEqual([`start cutover ${id}`]);
    await startWave(under.ledger, lead, 'first', 'go');
    expect(await swept()).toEqual(['start wave first', 'wake wave:first', `start cutover ${id}`]);
    await endCutover(under.ledger, id, 'cancelled');
    await endWave(under.ledger, 'first', {
      status: 'stopped',
      nextMayProceed: false,
      reason: 'no',
      by: 'Amir',
    });
    expect(await swept()).toEqual([]);
  });

  it('looks after the others where one can not be, and then says which', async () => {
    await startWave(under.ledger, lead, 'first', 'go');
    const instances = new FakeInstances();
    instances.failing = (call) => {
      if (call === 'start wave first') throw new Error('wave first has no plan');
    };
    await expect(sweep(under.ledger, instances)).rejects.toThrow('wave first has no plan');
    expect(instances.calls).toContain(`start cutover ${id}`);
  });

  it('wakes a cutover whose commands wait, and no more once they are decided', async () => {
    await submitCommand(under.ledger, operator, id, { kind: 'pause', reason: 'lunch' });
    expect(await swept()).toContain(`wake cutover:${id}`);
    await takeCommands(under.ledger, id);
    expect(await swept()).not.toContain(`wake cutover:${id}`);
  });

  it('wakes what waits for a guard', async () => {
    await beginStage(under.ledger, id, 'stop');
    expect((await under.cutover(id)).waitingFor).toMatch(/window opens/);
    expect(await swept()).toContain(`wake cutover:${id}`);
  });

  it('lets those be that wait for people: a gate is held at no cost', async () => {
    await startWave(under.ledger, lead, 'first', 'go');
    await gate('wave:first');
    await gate(`cutover:${id}`);
    expect(await swept()).toEqual(['start wave first', `start cutover ${id}`]);
  });

  it('reaches what lies behind the first page', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `w${index}`);
    for (const wave of ids) {
      await under.putWave(sampleWave({ id: wave, workloadIds: [`of-${wave}`] }));
      await startWave(under.ledger, lead, wave, 'go');
    }
    const calls = await swept();
    expect(new Set(calls.filter((call) => call.startsWith('start wave'))).size).toBe(120);
  });
});
