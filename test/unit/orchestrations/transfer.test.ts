import { describe, expect, it } from '@jest/globals';
import { transfer, type TransferInput } from '../../../orchestrations/transfer';
import type { WorkOrder } from '../../../shared/contracts/step';
import { ScriptedWorld, stepThrough, stepToEnd, type Script } from '../../support/stepped-durable';
import { START } from '../../support/sample-plan';

const INPUT: TransferInput = {
  cutoverId: 'first--shop',
  stage: 'copy',
  attempt: 1,
  phase: 'initial',
  assetId: 'files',
  resume: null,
};
const done = (facts: Record<string, unknown> = {}) => ({
  kind: 'done',
  evidence: { source: 'files-mover', summary: 'copied', facts },
});
const partOf = (order: WorkOrder): number => Number(order.input['part']);

interface Slices {
  readonly parts: number;
  readonly parallelSlices: (look: number) => number;
  readonly copy: (part: number, count: number) => unknown;
}

/** One pass, whose slices are as told. */
const onePass = ({ parts, parallelSlices, copy }: Slices): Script => {
  const counts = new Map<number, number>();
  return {
    planPass: (_input: never, count: number) =>
      count === 0 ? { kind: 'pass', pass: 1 } : { kind: 'level', evidence: done().evidence },
    readParallelism: (_input: never, count: number) => ({ parallelSlices: parallelSlices(count) }),
    performWork: (order: WorkOrder) => {
      if (order.step === 'enumerateSource') return done({ parts });
      if (order.step === 'finishPass') return done();
      const part = partOf(order);
      const count = counts.get(part) ?? 0;
      counts.set(part, count + 1);
      return copy(part, count);
    },
  };
};
const slicesOf = (world: ScriptedWorld): number[] =>
  (world.inputs['performWork'] as WorkOrder[]).filter(({ step }) => step === 'copyPart').map(partOf);

const run = async (slices: Slices, more: Script = {}) => {
  const world = new ScriptedWorld({ ...onePass(slices), ...more });
  const outcome = await stepToEnd(transfer, INPUT, world, world.trace);
  return { world, outcome };
};

describe('a transfer', () => {
  it('R121 R130 copies every part once, as many side by side as it may, and closes the pass', async () => {
    const { world, outcome } = await run({ parts: 5, parallelSlices: () => 2, copy: () => done() });
    expect(slicesOf(world)).toEqual([1, 2, 3, 4, 5]);
    expect(world.inputs['readParallelism']).toHaveLength(3);
    expect((world.inputs['performWork'] as WorkOrder[]).at(-1)?.step).toBe('finishPass');
    expect(outcome.kind).toBe('done');
  });

  it('goes on with unfinished parts before it begins others', async () => {
    const copy = (part: number, count: number) =>
      part === 1 && count < 2 ? { kind: 'pending', untilMs: null } : done();
    const { world } = await run({ parts: 4, parallelSlices: () => 2, copy });
    expect(slicesOf(world)).toEqual([1, 2, 1, 3, 1, 4]);
  });

  it('R123 R131 takes up a changed number of slices in the next round; none is forgotten when it shrinks', async () => {
    const copy = (_part: number, count: number) => (count < 1 ? { kind: 'pending', untilMs: null } : done());
    const { world } = await run({ parts: 4, parallelSlices: (look) => (look === 0 ? 3 : 1), copy });
    expect(slicesOf(world)).toEqual([1, 2, 3, 1, 2, 3, 4, 4]);
  });

  it('waits where every slice asks for it', async () => {
    const copy = (part: number, count: number) =>
      count < 1 ? { kind: 'pending', untilMs: Date.parse(START) + part * 1_000 } : done();
    const { world } = await run({ parts: 2, parallelSlices: () => 2, copy });
    expect(world.trace.filter((line) => line.startsWith('timer'))).toEqual(['timer 1000']);
  });

  it.each([
    ['fails', { kind: 'failed', code: 'target-conflict', reason: 'changed', facts: {} }, 'target-conflict'],
    ['is refused', { kind: 'refused', code: 'closed', reason: 'no' }, 'closed'],
    [
      'asks a person',
      { kind: 'needsStatement', request: { question: 'Well?', roles: ['owner'] } },
      'needs-statement',
    ],
  ])('fails where a slice %s', async (_how, result, code) => {
    const { world, outcome } = await run({
      parts: 3,
      parallelSlices: () => 2,
      copy: (part) => (part === 2 ? result : done()),
    });
    expect(outcome).toMatchObject({ kind: 'failed', code });
    expect(slicesOf(world)).toEqual([1, 2]);
  });

  it('R126 fails where the pass just made left files behind, also when it is started again then', async () => {
    const left = { kind: 'failed', code: 'items-failed', reason: '2 items', facts: { failedItems: 2 } };
    const { world, outcome } = await run(
      { parts: 1, parallelSlices: () => 1, copy: () => done() },
      { planPass: () => left },
    );
    expect(outcome).toEqual(left);
    expect(world.trace).toEqual(['planPass']);
  });

  it('R131 orders the work of another generation under other keys, and tells the mover which it is', async () => {
    const keys = async (generation?: number) => {
      const planPass = (_input: never, count: number) =>
        count === 0 ? { kind: 'pass', pass: 3, generation } : { kind: 'level', evidence: done().evidence };
      const { world } = await run({ parts: 1, parallelSlices: () => 1, copy: () => done() }, { planPass });
      const orders = world.inputs['performWork'] as WorkOrder[];
      return orders.map(({ key, input }) => [key, input['generation']]);
    };
    const first = await keys();
    expect(await keys(1)).toEqual(first);
    expect(first).toEqual([
      ['first--shop.files.3.enumerateSource', 1],
      ['first--shop.files.3.copyPart.1', 1],
      ['first--shop.files.3.finishPass', 1],
    ]);
    expect(await keys(2)).toEqual([
      ['first--shop.files.3-2.enumerateSource', 2],
      ['first--shop.files.3-2.copyPart.1', 2],
      ['first--shop.files.3-2.finishPass', 2],
    ]);
  });

  it('fails where a slice keeps throwing', async () => {
    const copy = () => {
      throw new Error('no connection');
    };
    const { outcome } = await run({ parts: 1, parallelSlices: () => 1, copy });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'copy-error', reason: 'no connection' });
  });

  it('stops at a checkpoint where commands wait', async () => {
    const { world, outcome } = await run({
      parts: 4,
      parallelSlices: () => 2,
      copy: (part) => (part === 1 ? { kind: 'interrupted' } : done()),
    });
    expect(outcome).toEqual({ kind: 'interrupted' });
    expect(slicesOf(world)).toEqual([1, 2]);
  });

  it('starts afresh in the middle of a pass and goes on exactly there', async () => {
    const copy = (part: number, count: number) =>
      part % 7 === 0 && count < 2 ? { kind: 'pending', untilMs: null } : done();
    const parts = 300;
    const world = new ScriptedWorld(onePass({ parts, parallelSlices: () => 8, copy }));
    const first = await stepThrough(transfer, INPUT, world, world.trace);
    expect(first).toMatchObject({ kind: 'continued', input: { resume: { pass: 1, parts } } });
    const whole = await run(
      { parts, parallelSlices: () => 8, copy },
      // The same pass is planned until it is finished.
      {
        planPass: function (this: never, _input: never, count: number) {
          return count < 3 ? { kind: 'pass', pass: 1 } : { kind: 'level', evidence: done().evidence };
        },
      },
    );
    expect(whole.world.trace.filter((line) => line === 'afresh').length).toBeGreaterThan(0);
    const wanted = Array.from({ length: parts }, (_, index) => index + 1);
    const finished = new Set(slicesOf(whole.world));
    expect([...finished].sort((a, b) => a - b)).toEqual(wanted);
    const once = slicesOf(whole.world).filter((part) => part % 7 !== 0);
    expect(once).toEqual([...new Set(once)]);
    const orders = whole.world.inputs['performWork'] as WorkOrder[];
    expect(orders.filter(({ step }) => step === 'enumerateSource')).toHaveLength(1);
  });
});
