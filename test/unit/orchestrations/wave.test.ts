import { describe, expect, it } from '@jest/globals';
import { gate } from '../../../orchestrations/gate';
import type { GateQuestion, Tended } from '../../../orchestrations/activities';
import { startRun } from '../../../orchestrations/run';
import { wave } from '../../../orchestrations/wave';
import { ScriptedWorld, stepThrough, stepToEnd, type Script } from '../../support/stepped-durable';
import { START } from '../../support/sample-plan';

const DAY_MS = 86_400_000;
const closed = (change: Partial<Extract<Tended, { kind: 'closed' }>> = {}): Tended => ({
  kind: 'closed',
  status: 'decided',
  outcome: 'approve',
  by: 'Amir',
  reason: 'good',
  evidence: null,
  ...change,
});
const smooth: Script = {
  prepareWave: () => ({ kind: 'ready' }),
  openGate: ({ gate: name }: GateQuestion) => ({ gateId: name }),
  tendGate: () => closed(),
  advanceWave: () => ({ settled: true, summary: 'shop: arrived' }),
  beginReview: () => null,
  endWave: () => null,
};
const run = async (script: Script = {}, idles: ('wake' | 'time')[] = []) => {
  const world = new ScriptedWorld({ ...smooth, ...script });
  world.idles = idles;
  await stepToEnd(wave, { waveId: 'first' }, world, world.trace);
  return world;
};
const ASK = ['openGate', 'tendGate'];

describe('a wave', () => {
  it('R63 R67 R68 asks before it starts anything, reviews when all has come to rest, and says whether the next may go', async () => {
    const { trace, inputs } = await run();
    expect(trace).toEqual(['prepareWave', ...ASK, 'advanceWave', 'beginReview', ...ASK, 'endWave']);
    expect(inputs['openGate']).toMatchObject([
      { gate: 'go-no-go', choices: ['approve', 'reject'], roles: ['approver'] },
      { gate: 'wave-review', question: 'May the next wave proceed? shop: arrived' },
    ]);
    expect(inputs['endWave']).toMatchObject([{ status: 'completed', nextMayProceed: true, by: 'Amir' }]);
  });

  it('R63 stops without a question where the plan is not what was planned', async () => {
    const { trace, inputs } = await run({ prepareWave: () => ({ kind: 'changed', reason: 'other' }) });
    expect(trace).toEqual(['prepareWave', 'endWave']);
    expect(inputs['endWave']).toMatchObject([{ status: 'stopped', nextMayProceed: false, reason: 'other' }]);
  });

  it.each([
    ['rejected', closed({ outcome: 'reject' }), 'good'],
    [
      'left unanswered',
      closed({ status: 'expired', outcome: null, by: 'causeway', reason: '' }),
      'nobody answered in time',
    ],
  ])('R67 starts no cutover where the plan is %s', async (_how, tended, reason) => {
    const { trace, inputs } = await run({ tendGate: () => tended });
    expect(trace).not.toContain('advanceWave');
    expect(inputs['endWave']).toMatchObject([{ status: 'stopped', nextMayProceed: false, reason }]);
  });

  it('R68 keeps the next wave back where the review does not agree', async () => {
    const { inputs } = await run({
      tendGate: (_input: never, count: number) => (count === 0 ? closed() : closed({ outcome: 'reject' })),
    });
    expect(inputs['endWave']).toMatchObject([{ status: 'completed', nextMayProceed: false }]);
  });

  it('looks after its cutovers when woken, and every quarter of an hour', async () => {
    const { trace } = await run(
      { advanceWave: (_input: never, count: number) => ({ settled: count === 2, summary: '' }) },
      ['wake', 'time'],
    );
    const wait = ['timer 900000', 'advanceWave'];
    expect(trace.slice(3, 8)).toEqual(['advanceWave', ...wait, ...wait]);
  });

  it('may run for weeks: it starts afresh, and what was answered stays answered', async () => {
    const { trace, inputs } = await run({
      advanceWave: (_input: never, count: number) => ({ settled: count === 500, summary: '' }),
    });
    expect(trace.filter((line) => line === 'afresh').length).toBeGreaterThan(3);
    expect(inputs['endWave']).toHaveLength(1);
  });
});

describe('a gate', () => {
  const QUESTION = { subject: 'wave:first', stage: 'go', gate: 'go-no-go', attempt: 1 } as GateQuestion;
  const ask = (world: ScriptedWorld) =>
    stepThrough((durable) => gate(startRun(durable), QUESTION), null, world, world.trace);

  it('waits until the instant the gate names, never longer than six days in one timer', async () => {
    const end = Date.parse(START) + 5_000 + 20 * DAY_MS;
    // The last one had passed by the time the orchestration heard of it.
    const instants = [Date.parse(START) + 5_000, end, end, Date.parse(START)];
    const world = new ScriptedWorld({
      ...smooth,
      tendGate: (_input: never, count: number) => {
        const untilMs = instants[count];
        return untilMs === undefined ? closed() : { kind: 'open', untilMs };
      },
    });
    expect(await ask(world)).toMatchObject({ value: { kind: 'closed', outcome: 'approve' } });
    expect(world.trace.filter((line) => line.startsWith('timer'))).toEqual([
      'timer 5000',
      `timer ${6 * DAY_MS}`,
      `timer ${6 * DAY_MS}`,
      'timer 0',
    ]);
  });

  it('looks again when woken, without losing a later wake', async () => {
    const world: ScriptedWorld = new ScriptedWorld({
      ...smooth,
      tendGate: (_input: never, count: number) =>
        count === 4 ? closed() : { kind: 'open', untilMs: world.now + 60_000 },
    });
    world.idles = ['time', 'wake', 'time', 'wake'];
    await ask(world);
    expect(world.inputs['tendGate']).toHaveLength(5);
    expect(world.now - Date.parse('2026-11-21T12:00:00.000Z')).toBe(120_000);
  });

  it('gives way where commands wait, or where this execution has grown long', async () => {
    const interrupted = new ScriptedWorld({ ...smooth, tendGate: () => ({ kind: 'interrupted' }) });
    expect(await ask(interrupted)).toMatchObject({ value: { kind: 'interrupted' } });
    const long = new ScriptedWorld({ ...smooth, tendGate: () => ({ kind: 'open', untilMs: 0 }) });
    expect(await ask(long)).toMatchObject({ value: { kind: 'interrupted' } });
    expect(long.trace.length).toBeLessThan(160);
  });
});
