import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedPass, TransferPhase } from '../../../shared/contracts/transfer';
import { nextPass } from '../../../shared/domain/convergence';

const pass = (phase: TransferPhase, change: Partial<RecordedPass> = {}): RecordedPass => ({
  pass: 1,
  items: 10,
  bytes: 100,
  copiedItems: 10,
  copiedBytes: 100,
  deletedItems: 0,
  failedItems: 0,
  unsupportedItems: 0,
  durationMs: 60_000,
  phase,
  attempt: 1,
  ...change,
});
const BUDGET_MS = 10_000;

describe('passes of a transfer', () => {
  it.each<TransferPhase>(['initial', 'final'])('R121 R126 makes one %s pass an attempt', (phase) => {
    expect(nextPass([], phase, 1, BUDGET_MS).kind).toBe('pass');
    expect(nextPass([pass(phase)], phase, 1, BUDGET_MS).kind).toBe('level');
    expect(nextPass([pass(phase)], phase, 2, BUDGET_MS).kind).toBe('pass');
    const other = phase === 'initial' ? 'final' : 'initial';
    expect(nextPass([pass(other)], phase, 1, BUDGET_MS).kind).toBe('pass');
  });

  it('R126 takes a final pass with failed items for none, until another attempt makes another', () => {
    const broken = pass('final', { failedItems: 2 });
    const failed = { kind: 'failed', reason: '2 items could not be copied: see the item log' };
    expect(nextPass([broken], 'final', 1, BUDGET_MS)).toEqual(failed);
    expect(nextPass([broken], 'final', 2, BUDGET_MS).kind).toBe('pass');
    expect(nextPass([broken, pass('final', { attempt: 2 })], 'final', 2, BUDGET_MS).kind).toBe('level');
    expect(nextPass([pass('initial', { failedItems: 2 })], 'initial', 1, BUDGET_MS).kind).toBe('level');
  });

  it('R124 makes an incremental pass in any case, and is level once the final one is forecast to fit', () => {
    expect(nextPass([pass('initial', { durationMs: 1 })], 'incremental', 1, BUDGET_MS).kind).toBe('pass');
    const few = { copiedItems: 1, copiedBytes: 10 };
    const fits = pass('incremental', { ...few, durationMs: BUDGET_MS });
    expect(nextPass([pass('initial'), fits], 'incremental', 1, BUDGET_MS)).toEqual({
      kind: 'level',
      reason: 'a final pass is forecast at 6 s, 10 s are planned for it',
    });
    const slow = pass('incremental', { ...few, durationMs: 55_000 });
    expect(nextPass([pass('initial'), slow], 'incremental', 1, BUDGET_MS).kind).toBe('pass');
  });

  it('R125 does not go over data again that nobody changes', () => {
    const idle = pass('incremental', { copiedItems: 0, deletedItems: 0 });
    expect(nextPass([pass('initial'), idle], 'incremental', 1, BUDGET_MS)).toMatchObject({
      kind: 'level',
      reason: expect.stringMatching(/^nothing changed/),
    });
    const deleted = pass('incremental', { copiedItems: 0, deletedItems: 1 });
    expect(nextPass([pass('initial'), deleted], 'incremental', 1, BUDGET_MS).kind).toBe('pass');
  });

  it('R124 ends whatever the passes were like, and says why', () => {
    const length = fc.record({
      durationMs: fc.nat(10_000_000),
      copiedItems: fc.nat(3),
      deletedItems: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc.array(length, { minLength: 10, maxLength: 10 }),
        fc.nat(10_000_000),
        (lengths, budgetMs) => {
          const passes: RecordedPass[] = [pass('initial')];
          for (const change of lengths) {
            const next = nextPass(passes, 'incremental', 1, budgetMs);
            if (next.kind === 'level') {
              expect(next.reason).toMatch(/forecast at \d+ s/);
              expect(passes.length).toBeGreaterThan(1);
              return;
            }
            passes.push(pass('incremental', change));
          }
          throw new Error('it never came to an end');
        },
      ),
    );
  });
});
