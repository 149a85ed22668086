import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { planPass, recordPass, refusePass } from '../../../shared/ledger/passes';
import type { TransferPhase } from '../../../shared/contracts/transfer';
import { beginStage, endStage } from '../../../shared/ledger/stages';
import { LedgerUnderTest } from '../../support/ledger-under-test';

const counts = {
  items: 1,
  bytes: 1,
  copiedItems: 1,
  copiedBytes: 1,
  deletedItems: 0,
  failedItems: 0,
  unsupportedItems: 0,
  durationMs: 1,
};

describe('a pass under way', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
  });
  afterEach(() => under.close());
  const plan = (phase: TransferPhase, attempt: number) => planPass(under.ledger, id, 'files', phase, attempt);
  const refuse = (generation: number) => refusePass(under.ledger, id, 'files', { pass: 1, generation });

  it('R122 is finished by whoever comes later', async () => {
    expect(await plan('initial', 1)).toEqual({ kind: 'pass', pass: 1, generation: 1 });
    expect(await plan('initial', 2)).toEqual({ kind: 'pass', pass: 1, generation: 1 });
    expect(await plan('final', 1)).toEqual({ kind: 'pass', pass: 1, generation: 1 });
  });

  it('R124 is made in every stage of incremental passes, however level the one before was', async () => {
    const at = async (stage: string) => {
      await beginStage(under.ledger, id, stage);
      return plan('incremental', 1);
    };
    const made = async (pass: number) => {
      await recordPass(under.ledger, id, 'files', { ...counts, pass, copiedItems: 0 });
      return plan('incremental', 1);
    };
    const finished = { kind: 'done', evidence: { source: 'x', summary: 'x', facts: {} } } as const;
    expect(await at('freeze')).toMatchObject({ kind: 'pass', pass: 1 });
    expect(await made(1)).toMatchObject({ kind: 'level' });
    await endStage(under.ledger, id, 'freeze', finished);
    expect(await at('copy')).toMatchObject({ kind: 'pass', pass: 2 });
    expect(await made(2)).toMatchObject({ kind: 'level' });
  });

  it('R131 is begun anew once by another attempt where it was refused, and belongs to that one', async () => {
    await plan('initial', 1);
    await refuse(1);
    expect(await plan('initial', 1)).toEqual({ kind: 'pass', pass: 1, generation: 1 });
    expect(await plan('initial', 2)).toEqual({ kind: 'pass', pass: 1, generation: 2 });
    expect(await plan('initial', 1)).toEqual({ kind: 'pass', pass: 1, generation: 2 });
    await refuse(1);
    expect(await plan('final', 1)).toEqual({ kind: 'pass', pass: 1, generation: 2 });
    await refuse(2);
    expect(await plan('final', 1)).toEqual({ kind: 'pass', pass: 1, generation: 3 });
    await recordPass(under.ledger, id, 'files', { pass: 1, ...counts });
    expect((await under.cutover(id)).passes['files']).toMatchObject([
      { pass: 1, phase: 'final', attempt: 1 },
    ]);
    expect(await plan('final', 2)).toEqual({ kind: 'pass', pass: 2, generation: 1 });
  });
});
