import { describe, expect, it } from '@jest/globals';
import type { GateQuestion } from '../../../orchestrations/activities';
import { armedHold } from '../../../orchestrations/armed-hold';
import type { Durable } from '../../../orchestrations/durable';
import { startRun } from '../../../orchestrations/run';
import { orderFor } from '../../../orchestrations/stage-work';
import { ScriptedWorld, stepThrough } from '../../support/stepped-durable';

const QUESTION: GateQuestion = {
  subject: 'cutover:first--shop',
  gate: 'go-no-go',
  stage: 'go-no-go',
  attempt: 1,
  question: 'Switch?',
  choices: ['approve', 'reject'],
  roles: ['approver'],
  quorum: 'all',
};
const ORDER = orderFor('first--shop', 'go-no-go', 1, 'watchReplication');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Holding {
  /** What a look finds; thrown where it is an error. */
  readonly look: (count: number, world: ScriptedWorld) => unknown;
  /** Whether people have answered by now. */
  readonly isAnswered: (world: ScriptedWorld) => boolean;
}

const hold = async ({ look, isAnswered }: Holding) => {
  const world: ScriptedWorld = new ScriptedWorld({
    openGate: () => ({ gateId: 'gate' }),
    tendGate: () =>
      isAnswered(world)
        ? { kind: 'closed', status: 'decided', outcome: 'approve', by: 'Ann', reason: 'go', evidence: null }
        : { kind: 'open', untilMs: world.now + DAY_MS },
    performWork: (_order: never, count: number) => look(count, world),
  });
  const began = world.now;
  const run = (durable: Durable) => armedHold(startRun(durable), QUESTION, ORDER);
  const ended = await stepThrough(run, undefined, world);
  if (ended.kind !== 'returned') throw new Error('it started afresh');
  return { outcome: ended.value, looks: world.inputs['performWork']?.length, tookMs: world.now - began };
};

const level = (world: ScriptedWorld) => ({ kind: 'pending', untilMs: world.now + 5_000 });
const gone = (): never => {
  throw new Error('no connection');
};

describe('an armed hold', () => {
  it('R67 R109 looks again and again until people have answered', async () => {
    let begun: number | null = null;
    const { outcome, looks } = await hold({
      look: (_count, world) => level(world),
      isAnswered: (world) => world.now >= (begun ??= world.now) + MINUTE_MS,
    });
    expect(outcome).toMatchObject({ kind: 'closed', outcome: 'approve' });
    expect(looks).toBe(12);
  });

  it('R109 outlasts a database that is out of reach for a while', async () => {
    const { outcome } = await hold({
      look: (count, world) => (count > 0 && count < 20 ? gone() : level(world)),
      isAnswered: (world) => (world.inputs['performWork']?.length ?? 0) > 25,
    });
    expect(outcome).toMatchObject({ kind: 'closed', outcome: 'approve' });
  });

  it('ends where it stays out of reach, and at once where what is watched has failed', async () => {
    const lasting = await hold({ look: gone, isAnswered: () => false });
    expect(lasting.outcome).toMatchObject({ kind: 'failed', reason: 'no connection' });
    expect(lasting.tookMs).toBe(30 * MINUTE_MS);
    const failed = { kind: 'failed', code: 'replication-given-up', reason: 'the log is lost', facts: {} };
    const named = await hold({ look: () => failed, isAnswered: () => false });
    expect(named.outcome).toMatchObject({ kind: 'failed', code: 'replication-given-up' });
    expect(named.tookMs).toBe(0);
  });
});
