import { describe, expect, it } from '@jest/globals';
import type { GateQuestion, Tended } from '../../../orchestrations/activities';
import { rollback } from '../../../orchestrations/rollback';
import type { WorkOrder } from '../../../shared/contracts/step';
import { ScriptedWorld, stepToEnd, type Script } from '../../support/stepped-durable';
import { START } from '../../support/sample-plan';

const evidence = { source: 'http-hook', summary: 'undone', facts: {} };
const done = { kind: 'done', evidence };
const failed = { kind: 'failed', code: 'hook', reason: 'no answer', facts: {} };
const answered = (outcome: 'retry' | 'skip'): Tended => ({
  kind: 'closed',
  status: 'decided',
  outcome,
  by: 'Otto',
  reason: 'did it by hand',
  evidence: null,
});
const compensations = [
  { stage: 'redirect', step: 'restoreTraffic' },
  { stage: 'start-target', step: 'stopTarget' },
  { stage: 'stop', step: 'startSource' },
];
const smooth = (kind: 'cancel' | 'rollback' = 'rollback'): Script => ({
  beginTurningBack: () => ({ compensations, kind, touched: true }),
  performWork: () => done,
  endCompensation: () => null,
  recordTurningBack: () => null,
  endCutover: () => 'ended',
  takeCommands: () => 'turn-back',
  openGate: ({ gate, stage, attempt }: GateQuestion) => ({ gateId: `${stage}.${gate}.${attempt}` }),
  tendGate: () => answered('retry'),
});

const run = async (script: Script) => {
  const world = new ScriptedWorld(script);
  await stepToEnd(rollback, { cutoverId: 'first--shop' }, world, world.trace);
  return world;
};
const stepsOf = (world: ScriptedWorld): string[] =>
  (world.inputs['performWork'] as WorkOrder[]).map(({ step }) => step);
const SOURCE_DOWN = (count: number) => (order: WorkOrder, calls: number) =>
  order.step === 'startSource' && calls < count + 2 ? failed : done;

describe('a rollback', () => {
  it('R56 undoes newest first, each recorded before the next, then verifies, then ends', async () => {
    const world = await run(smooth());
    const undo = ['performWork', 'endCompensation'];
    expect(world.trace).toEqual([
      'beginTurningBack',
      ...undo,
      ...undo,
      ...undo,
      'performWork',
      'recordTurningBack',
      'endCutover',
    ]);
    expect(stepsOf(world)).toEqual(['restoreTraffic', 'stopTarget', 'startSource', 'verifyRollback']);
    expect(world.inputs['endCutover']).toEqual([{ cutoverId: 'first--shop', status: 'rolled-back' }]);
  });

  it('ends as cancelled where traffic had not moved', async () => {
    expect((await run(smooth('cancel'))).inputs['endCutover']).toMatchObject([{ status: 'cancelled' }]);
  });

  it('asks nothing of a workload that was not touched: there is nothing to undo and nothing to verify', async () => {
    const untouched = () => ({ compensations: [], kind: 'cancel', touched: false });
    const world = await run({ ...smooth(), beginTurningBack: untouched });
    expect(world.trace).toEqual(['beginTurningBack', 'endCutover']);
  });

  it('never opens the source while undoing the target has failed: it asks, and tries again', async () => {
    const broken = (order: WorkOrder, count: number) =>
      order.step === 'stopTarget' && count < 4 ? failed : done;
    const world = await run({ ...smooth(), performWork: broken });
    expect(stepsOf(world)).toEqual([
      'restoreTraffic',
      'stopTarget',
      'stopTarget',
      'stopTarget',
      'stopTarget',
      'startSource',
      'verifyRollback',
    ]);
    const keys = (world.inputs['performWork'] as WorkOrder[]).slice(1, 5).map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
    expect((world.inputs['openGate'] as GateQuestion[]).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(world.inputs['openGate']).toMatchObject([{ choices: ['retry', 'skip'] }, {}, {}]);
    expect((world.inputs['recordTurningBack'] as { key: string }[]).map(({ key }) => key)).toEqual([
      'start-target.1',
      'start-target.2',
      'start-target.3',
      'verify-rollback',
    ]);
  });

  it('R56 says so where the verification was left to a person: the rollback is not proved', async () => {
    const broken = (order: WorkOrder) => (order.step === 'verifyRollback' ? failed : done);
    const world = await run({ ...smooth(), performWork: broken, tendGate: () => answered('skip') });
    expect(world.inputs['recordTurningBack']).toMatchObject([
      {},
      { kind: 'rollback.left-open', evidence: { source: 'skipped:Otto' } },
    ]);
    expect(world.inputs['endCutover']).toMatchObject([{ status: 'rollback-failed' }]);
  });

  it('asks the same question for weeks, over many executions, which count as no further attempts', async () => {
    const tended = (_input: never, count: number): Tended =>
      count < 400 ? { kind: 'open', untilMs: Date.parse(START) + count * 3_600_000 } : answered('retry');
    const world = await run({ ...smooth(), performWork: SOURCE_DOWN(12), tendGate: tended });
    expect(world.trace.filter((line) => line === 'afresh').length).toBeGreaterThan(3);
    const first = (world.inputs['openGate'] as GateQuestion[]).filter(({ attempt }) => attempt === 1);
    expect(first.length).toBeGreaterThan(3);
    const undone = (world.inputs['endCompensation'] as { stage: string }[]).map(({ stage }) => stage);
    expect(undone.at(-1)).toBe('stop');
  });

  it('goes on with the attempt it had come to after starting afresh', async () => {
    const world = await run({ ...smooth(), performWork: SOURCE_DOWN(80) });
    const attempts = (world.inputs['openGate'] as GateQuestion[]).map(({ attempt }) => attempt);
    expect(world.trace).toContain('afresh');
    expect(attempts.length).toBeGreaterThan(70);
    expect(attempts).toEqual([...attempts].sort((a, b) => a - b));
  });
});
