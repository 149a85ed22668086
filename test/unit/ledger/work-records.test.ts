import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StepResult, WorkOrder } from '../../../shared/contracts/step';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { beginTurningBack } from '../../../shared/ledger/compensations';
import { workRecordType } from '../../../shared/ledger/documents';
import { claimWork, type Claimed } from '../../../shared/ledger/work-records';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';

const done: StepResult = {
  kind: 'done',
  evidence: { source: 'files-mover', summary: 'copied', facts: { items: 3 } },
};

describe('claims on a work order', () => {
  let under: LedgerUnderTest;
  let order: WorkOrder;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    const cutoverId = await under.putCutover();
    order = { key: `${cutoverId}.files.1.copyPart.1`, cutoverId, stage: 'copy', step: 'copyPart', input: {} };
  });
  afterEach(() => under.close());

  const claim = async (): Promise<Extract<Claimed, { kind: 'claimed' }>> => {
    const claimed = await claimWork(under.ledger, order);
    if (claimed.kind !== 'claimed') throw new Error('it is done');
    return claimed;
  };

  it('an older claim can neither go on nor settle once a newer one is taken', async () => {
    const older = await claim();
    expect(await older.claim.heartbeat()).toBe(true);
    const newer = await claim();
    expect(newer.claim.epoch).toBe(older.claim.epoch + 1);
    expect(await older.claim.heartbeat()).toBe(false);
    expect(await newer.claim.heartbeat()).toBe(true);
    await expect(older.settle(done)).rejects.toMatchObject({ code: 'stale-write' });
    const record = await under.store.read(workRecordType, `cutover:${order.cutoverId}`, order.key);
    expect(record?.body).toMatchObject({ epoch: newer.claim.epoch, result: null });
  });

  it('gives a finished order the stored result for ever', async () => {
    const first = await claim();
    await first.settle(done);
    expect(await claimWork(under.ledger, order)).toEqual({ kind: 'done', result: done });
    await expect(first.settle(done)).resolves.toBeUndefined();
  });

  it.each<StepResult>([
    { kind: 'pending', retryAfterMs: 5 },
    { kind: 'interrupted' },
    { kind: 'failed', code: 'broken', reason: 'no', facts: {} },
    { kind: 'refused', code: 'closed', reason: 'no' },
    { kind: 'needsStatement', request: { question: 'Well?', roles: ['owner'] } },
  ])('keeps no result $kind: the order may be tried again', async (result) => {
    await (await claim()).settle(result);
    expect((await claim()).claim.epoch).toBe(2);
  });

  it('gives every one of many claims at the same time an epoch of its own; the newest holds the order', async () => {
    const claims = await Promise.all(Array.from({ length: 10 }, claim));
    const epochs = claims.map(({ claim: { epoch } }) => epoch);
    expect([...epochs].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const holds = await Promise.all(claims.map(({ claim: held }) => held.heartbeat()));
    expect(holds).toEqual(epochs.map((epoch) => epoch === 10));
  });

  it('is told of commands that wait, and no more on the way back, which nothing interrupts', async () => {
    const { claim: held } = await claim();
    expect(await held.interrupted()).toBe(false);
    await submitCommand(under.ledger, operator, order.cutoverId, { kind: 'cancel', reason: 'stop' });
    await submitCommand(under.ledger, operator, order.cutoverId, { kind: 'pause', reason: 'lunch' });
    expect(await held.interrupted()).toBe(true);
    await takeCommands(under.ledger, order.cutoverId);
    await beginTurningBack(under.ledger, order.cutoverId);
    expect(await held.interrupted()).toBe(false);
  });
});
