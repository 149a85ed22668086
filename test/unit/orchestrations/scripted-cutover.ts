/** A cutover whose activities answer as a script says, and what they answer where all is well. */
import { cutover, type CutoverInput } from '../../../orchestrations/cutover';
import type { Tended } from '../../../orchestrations/activities';
import { online } from '../../../orchestrations/itineraries/online';
import { sampleItinerary, sampleStages } from '../../support/sample-plan';
import { ScriptedWorld, stepToEnd, type Script } from '../../support/stepped-durable';

const evidence = { source: 'http-hook', summary: 'done', facts: {} };
export const done = { kind: 'done', evidence };
export const go = { kind: 'go', attempt: 1 };
export const failed = { kind: 'failed', attempt: 1, reason: 'the hook said no', trafficMoved: false };
export const closed = (change: Partial<Extract<Tended, { kind: 'closed' }>>): Tended => ({
  kind: 'closed',
  status: 'decided',
  outcome: 'approve',
  by: 'Amir',
  reason: 'good',
  evidence: null,
  ...change,
});

/** The question of a database that is held ready while people decide. */
const held = online.stages.filter(({ name }) => name === 'go-no-go');

export const inputFor = (names: readonly string[], position = 0): CutoverInput => ({
  cutoverId: 'first--shop',
  assetIds: ['files', 'more'],
  itinerary: sampleItinerary(
    names.map((name) => [...sampleStages, ...held].find((stage) => stage.name === name)!),
  ),
  position,
});

export const smooth: Script = {
  takeCommands: () => 'go',
  beginStage: () => go,
  performWork: () => done,
  endStage: () => null,
  settleFailure: () => null,
  endCutover: () => 'ended',
  openGate: () => ({ gateId: 'g' }),
  tendGate: () => closed({}),
  transfer: () => done,
  rollback: () => null,
};
/** Answers in turn; the last one for ever. */
export const inTurn =
  (...answers: unknown[]) =>
  (_input: never, count: number): unknown =>
    answers[Math.min(count, answers.length - 1)];

export const run = async (names: readonly string[], script: Script, idles: ('wake' | 'time')[] = []) => {
  const world = new ScriptedWorld({ ...smooth, ...script });
  world.idles = idles;
  await stepToEnd(cutover, inputFor(names), world, world.trace);
  return world;
};
