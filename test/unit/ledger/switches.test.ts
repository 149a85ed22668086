import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changeLimits, readLimits } from '../../../shared/ledger/limits';
import { createCutover } from '../../../shared/ledger/cutovers';
import { forgetOutage, markReturn, recordSwitch, type SwitchDraft } from '../../../shared/ledger/switches';
import { beginTurningBack } from '../../../shared/ledger/compensations';
import { beginStage, endStage } from '../../../shared/ledger/stages';
import { openGate } from '../../../shared/ledger/gates';
import { gateType, cutoverPartition } from '../../../shared/ledger/documents';
import { changeWaveRecord } from '../../../shared/ledger/waves';
import { lead, LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { minutes, sampleWorkload } from '../../support/sample-plan';

const workload = sampleWorkload({
  method: 'online',
  controls: { kind: 'http', url: 'https://shop.example/hooks', secret: 'shop-hook' },
  assets: [{ id: 'orders', kind: 'postgres', source: { connection: 'old' }, target: { connection: 'new' } }],
});

const forward: SwitchDraft = {
  assetId: 'orders',
  to: 'target',
  beganAt: minutes(1),
  endedAt: minutes(2),
  outageMs: 23.4,
  writeBlockedMs: 12.1,
  attempts: 1,
  cutPosition: '0/1',
};
const back: SwitchDraft = {
  ...forward,
  to: 'source',
  beganAt: minutes(5),
  endedAt: minutes(6),
  cutPosition: '0/2',
};

describe('the switches of a cutover', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWorkload(workload);
    await under.putWave();
    await changeWaveRecord<void>(under.ledger, 'first', ({ body }) => ({
      change: { body: { ...body, approvedPlanHash: body.planHash } },
      result: undefined,
    }));
    id = await createCutover(under.ledger, await under.wave(), workload);
  });
  afterEach(() => under.close());

  it('R112 R133 are kept with the outage that was measured, once each, in the cutover and its log', async () => {
    await recordSwitch(under.ledger, id, forward);
    await recordSwitch(under.ledger, id, forward);
    const cutover = await under.cutover(id);
    expect(cutover.switches).toEqual([{ number: 1, ...forward }]);
    expect(cutover.outage).toEqual({ beganAt: minutes(1), endedAt: minutes(2) });
    const told = (await under.log(`cutover:${id}`)).filter(({ kind }) => kind === 'cutover.switched');
    expect(told).toMatchObject([{ facts: { outageMs: 23.4, writeBlockedMs: 12.1 } }]);
  });

  it('R148 have an outage of their own on the way back, from when users found nobody', async () => {
    await recordSwitch(under.ledger, id, forward);
    await beginTurningBack(under.ledger, id);
    expect((await under.cutover(id)).outageOnReturn.beganAt).toBeNull();
    await recordSwitch(under.ledger, id, back);
    expect((await under.cutover(id)).outageOnReturn).toEqual({ beganAt: minutes(5), endedAt: minutes(6) });
  });

  it('R128 have the outage begin where files had to be closed first', async () => {
    await recordSwitch(under.ledger, id, forward);
    under.now = Date.parse(minutes(4));
    await markReturn(under.ledger, id);
    await recordSwitch(under.ledger, id, back);
    expect((await under.cutover(id)).outageOnReturn).toEqual({ beganAt: minutes(4), endedAt: minutes(6) });
  });

  it('leave no outage behind where none was made', async () => {
    await recordSwitch(under.ledger, id, forward);
    await forgetOutage(under.ledger, id);
    expect((await under.cutover(id)).outage.endedAt).toBe(minutes(2));
  });

  it('withdraw the question of a hold whose replication was given up', async () => {
    await beginStage(under.ledger, id, 'go-no-go');
    const gate = await openGate(under.ledger, {
      subject: `cutover:${id}`,
      gate: 'go-no-go',
      stage: 'go-no-go',
      attempt: 1,
      question: 'Switch?',
      choices: ['approve', 'reject'],
      roles: ['approver'],
      quorum: 'all',
    });
    await endStage(under.ledger, id, 'go-no-go', { kind: 'failed', code: 'given-up', reason: 'the disk' });
    const stored = await under.store.read(gateType, cutoverPartition(id), gate.id);
    expect(stored?.body.status).toBe('withdrawn');
    expect((await under.cutover(id)).openGate).toBeNull();
  });

  it('R123 R131 take changed limits of a database, and refuse those that only files have', async () => {
    const { version } = await readLimits(under.ledger, id, 'orders');
    const changed = await changeLimits(under.ledger, operator, id, 'orders', { copyWorkers: 7 }, version);
    const { databaseLimits } = await under.cutover(id);
    expect(databaseLimits?.['orders']).toMatchObject({ copyWorkers: 7, lagLimitMs: 1_000 });
    expect(changed.limits).toEqual(databaseLimits?.['orders']);
    await expect(
      changeLimits(under.ledger, lead, id, 'orders', { parallelSlices: 2 }, changed.version),
    ).rejects.toMatchObject({ code: 'invalid-input', field: 'parallelSlices' });
  });
});
