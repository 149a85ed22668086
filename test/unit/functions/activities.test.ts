import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openGate, tendGate } from '../../../functions/activities/gates';
import { performWork } from '../../../functions/activities/perform-work';
import { beginStage } from '../../../functions/activities/stages';
import { planPass, readParallelism } from '../../../functions/activities/transfers';
import { advanceWave } from '../../../functions/activities/waves';
import type { Services } from '../../../functions/services';
import type { StepResult, WorkOrder } from '../../../shared/contracts/step';
import { submitCommand } from '../../../shared/ledger/commands';
import { answerGate } from '../../../shared/ledger/gates';
import { recordPass } from '../../../shared/ledger/passes';
import { startWave } from '../../../shared/ledger/wave-actions';
import { FakeInstances } from '../../support/fake-instances';
import { approver, lead, LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { minutes, sampleWave, sampleWorkload } from '../../support/sample-plan';

describe('activities', () => {
  let under: LedgerUnderTest;
  let id: string;
  let performed: WorkOrder[];
  let result: StepResult | Error;
  let services: Services;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ window: { start: minutes(10), end: minutes(600) } }));
    id = await under.putCutoverOf('first');
    performed = [];
    result = { kind: 'done', evidence: { source: 'worker', summary: 'done', facts: {} } };
    const worker = {
      perform: async (order: WorkOrder) => {
        performed.push(order);
        if (result instanceof Error) throw result;
        return result;
      },
    };
    services = { ledger: under.ledger, worker } as unknown as Services;
  });
  afterEach(() => under.close());
  const order = (): WorkOrder => ({
    key: `${id}.freeze.1.freezeSource`,
    cutoverId: id,
    stage: 'freeze',
    step: 'freezeSource',
    input: { attempt: 1 },
  });

  it('performWork does a finished order once and gives its result again', async () => {
    expect(await performWork(services, order())).toEqual(result);
    expect(await performWork(services, order())).toEqual(result);
    expect(performed).toHaveLength(1);
  });

  it('performWork asks the worker again about everything that is not done, and lets its trouble be retried', async () => {
    result = { kind: 'failed', code: 'broken', reason: 'no', facts: {} };
    expect(await performWork(services, order())).toEqual(result);
    result = new Error('no connection');
    await expect(performWork(services, order())).rejects.toThrow('no connection');
    result = { kind: 'pending', retryAfterMs: 5 };
    expect(await performWork(services, order())).toEqual({ kind: 'pending', untilMs: under.now + 5 });
    result = { kind: 'pending', retryAfterMs: 0 };
    expect(await performWork(services, order())).toEqual({ kind: 'pending', untilMs: null });
    expect(performed).toHaveLength(4);
  });

  it('performWork does not begin where commands wait', async () => {
    await submitCommand(under.ledger, operator, id, { kind: 'pause', reason: 'lunch' });
    expect(await performWork(services, order())).toEqual({ kind: 'interrupted' });
    expect(performed).toEqual([]);
  });

  it('performWork refuses an order that is none', async () => {
    await expect(performWork(services, { ...order(), key: '../x' })).rejects.toThrow();
    await expect(performWork(services, { ...order(), step: 'format' })).rejects.toThrow();
    expect(performed).toEqual([]);
  });

  it('beginStage names the instant of the next look', async () => {
    expect(await beginStage(services, { cutoverId: id, stage: 'stop' })).toEqual({
      kind: 'wait',
      untilMs: under.now + 600_000,
    });
    under.now += 601 * 60_000;
    expect(await beginStage(services, { cutoverId: id, stage: 'stop' })).toEqual({
      kind: 'wait',
      untilMs: null,
    });
  });

  it('tendGate tells who decided and why, once it is closed', async () => {
    const question = {
      subject: `cutover:${id}`,
      gate: 'go-no-go',
      stage: 'go',
      attempt: 1,
      question: 'Go?',
      choices: ['approve' as const, 'reject' as const],
      roles: ['approver' as const],
      quorum: 'all',
    } as const;
    const { gateId } = await openGate(services, {
      ...question,
      choices: [...question.choices],
      roles: [...question.roles],
    });
    const look = () => tendGate(services, { subject: question.subject, gateId });
    expect(await look()).toEqual({ kind: 'open', untilMs: under.now + 3_600_000 });
    const { planHash } = await under.cutover(id);
    await answerGate(under.ledger, approver, gateId, { choice: 'approve', reason: 'all level', planHash });
    expect(await look()).toEqual({
      kind: 'closed',
      status: 'decided',
      outcome: 'approve',
      by: 'Amir',
      reason: 'all level',
      evidence: null,
    });
  });

  it('R133 planPass sums up a phase that is level from the passes recorded', async () => {
    const input = { cutoverId: id, assetId: 'files', phase: 'initial' as const, attempt: 1 };
    expect(await planPass(services, input)).toMatchObject({ kind: 'pass', pass: 1 });
    const none = { items: 9, bytes: 9, copiedBytes: 7, deletedItems: 0, failedItems: 0, unsupportedItems: 0 };
    await recordPass(under.ledger, id, 'files', { pass: 1, copiedItems: 7, durationMs: 1, ...none });
    expect(await planPass(services, input)).toMatchObject({
      kind: 'level',
      evidence: {
        summary: expect.stringMatching(/1 initial passes copied 7 items/),
        facts: { passes: [{ pass: 1 }] },
      },
    });
    expect(await readParallelism(services, { cutoverId: id, assetId: 'files' })).toEqual({
      parallelSlices: 2,
    });
  });

  it('R35 R129 advanceWave starts what may run, makes sure of what should run, and starts nothing twice', async () => {
    await under.putWorkload(sampleWorkload({ id: 'blog', dependsOn: ['news'] }));
    await under.putWave(
      sampleWave({ id: 'second', workloadIds: ['blog', 'news', 'wiki', 'shop2'], maxConcurrentCutovers: 2 }),
    );
    await startWave(under.ledger, lead, 'second', 'go');
    const instances = new FakeInstances();
    const first = await advanceWave(services, { waveId: 'second' }, instances);
    expect(first.settled).toBe(false);
    expect(instances.calls.sort()).toEqual(['start cutover second--news', 'start cutover second--wiki']);
    instances.failing = () => {
      throw new Error('the engine is away');
    };
    await expect(advanceWave(services, { waveId: 'second' }, instances)).rejects.toThrow(
      'the engine is away',
    );
    expect(Object.keys((await under.wave('second')).cutovers).sort()).toEqual(['news', 'wiki']);
  });
});
